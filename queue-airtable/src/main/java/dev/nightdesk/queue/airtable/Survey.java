package dev.nightdesk.queue.airtable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.toolkit.http.Json;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Holds what the user calls things against the schema of the base. */
final class Survey {
  private final Names names;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<Column, Layout.Field> fields = new EnumMap<>(Column.class);
  private final List<String> attachments = new ArrayList<>();
  private String table = "";

  private record Named(String id, String name, JsonNode node) {}

  private Survey(Names names) {
    this.names = names;
  }

  /** Reads the answer to "Get base schema". */
  static Survey of(Names names, JsonNode schema) throws QueueException {
    Survey survey = new Survey(names);
    Optional<Named> table =
        survey.choose(
            Names.TABLE.name(), "table", names.table(), named(Json.list(schema, "tables")));
    if (table.isPresent()) {
      survey.table = table.get().id();
      survey.read(named(Json.list(table.get().node(), "fields")));
    }
    return survey;
  }

  /** What was found, good or not. */
  List<Finding> findings() {
    return List.copyOf(findings);
  }

  /**
   * The table as it is.
   *
   * @throws QueueException where something that is needed is not there
   */
  Layout layout() throws QueueException {
    String wrong =
        findings.stream()
            .filter(finding -> finding.state() == Finding.State.WRONG)
            .map(finding -> finding.subject() + ": " + finding.message())
            .collect(Collectors.joining(" "));
    if (!wrong.isEmpty()) {
      throw QueueException.fixSettings(wrong);
    }
    return new Layout(names, table, fields, attachments);
  }

  private static List<Named> named(JsonNode list) throws QueueException {
    List<Named> all = new ArrayList<>();
    for (JsonNode node : list) {
      all.add(new Named(Json.text(node, "id"), Json.text(node, "name"), node));
    }
    return all;
  }

  private Optional<Named> choose(String setting, String what, String wanted, List<Named> all) {
    List<Function<Named, Boolean>> tests =
        List.of(
            one -> one.id().equals(wanted),
            one -> one.name().equals(wanted),
            one -> one.name().strip().equalsIgnoreCase(wanted.strip()));
    for (Function<Named, Boolean> test : tests) {
      List<Named> found = all.stream().filter(test::apply).toList();
      if (found.size() == 1) {
        findings.add(
            Finding.good(
                setting, "%s %s.".formatted(found.getFirst().name(), found.getFirst().id())));
        return Optional.of(found.getFirst());
      }
      if (found.size() > 1) {
        wrong(setting, "'%s' may be any of %s: write its id.".formatted(wanted, list(found)));
        return Optional.empty();
      }
    }
    wrong(setting, "there is no %s '%s'. There are: %s.".formatted(what, wanted, list(all)));
    return Optional.empty();
  }

  private static String list(List<Named> all) {
    return all.stream()
        .map(one -> one.name() + " (" + one.id() + ")")
        .collect(Collectors.joining(", "));
  }

  private void wrong(String setting, String message) {
    findings.add(Finding.wrong(setting, message));
  }

  private void read(List<Named> all) {
    for (Named one : all) {
      if (one.node().path("type").asText().equals("multipleAttachments")) {
        attachments.add(one.id());
      }
    }
    for (Column column : Column.values()) {
      Optional<String> wanted = names.column(column);
      if (wanted.isPresent()) {
        read(column, wanted.get(), all);
      }
    }
    if (fields.containsKey(Column.STATUS)) {
      statuses(Optional.ofNullable(fields.get(Column.STATUS)).orElseThrow().choices());
    }
  }

  private void read(Column column, String wanted, List<Named> all) {
    boolean guessed = column == Column.DESCRIPTION && wanted.equals(Names.DEFAULT_DESCRIPTION);
    if (guessed && all.stream().noneMatch(one -> one.name().strip().equalsIgnoreCase(wanted))) {
      findings.add(
          Finding.warning(
              column.settingName(),
              "there is no field '%s': tasks have no description.".formatted(wanted)));
      return;
    }
    Optional<Named> found = choose(column.settingName(), "field", wanted, all);
    if (found.isEmpty()) {
      return;
    }
    JsonNode node = found.get().node();
    String type = node.path("type").asText();
    if (!column.types().isEmpty() && !column.types().contains(type)) {
      wrong(
          column.settingName(),
          "the field '%s' is of type %s; choose one of type %s."
              .formatted(found.get().name(), type, String.join(" or ", column.types())));
      return;
    }
    String linked = node.path("options").path("linkedTableId").asText();
    if (column == Column.BLOCKED_BY && !linked.equals(table)) {
      wrong(
          column.settingName(),
          "the field '%s' links to another table; it must link to records of its own."
              .formatted(found.get().name()));
      return;
    }
    List<String> choices = new ArrayList<>();
    node.path("options").path("choices").forEach(one -> choices.add(one.path("name").asText()));
    int most = node.path("options").path("max").asInt(Integer.MAX_VALUE);
    fields.put(column, new Layout.Field(found.get().id(), found.get().name(), type, choices, most));
  }

  private void statuses(List<String> choices) {
    for (Standing standing : Names.standings()) {
      String wanted = names.status(standing);
      String setting = Names.settingOf(standing).name();
      if (choices.contains(wanted)) {
        findings.add(Finding.good(setting, wanted + "."));
      } else {
        wrong(
            setting,
            "the status field has no option '%s'. Add it in Airtable, or name another: %s."
                .formatted(wanted, String.join(", ", choices)));
      }
    }
  }
}
