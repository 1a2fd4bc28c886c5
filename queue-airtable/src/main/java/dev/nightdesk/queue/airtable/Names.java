package dev.nightdesk.queue.airtable;

import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Values;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the user calls the table, its fields and the status options.
 *
 * @param base the base's id
 * @param table the table's name or id
 * @param columns the fields' names or ids
 * @param statuses the names of the options; held may be the same as failed
 */
record Names(
    String base, String table, Map<Column, String> columns, Map<Standing, String> statuses) {
  static final String DEFAULT_DESCRIPTION = "Notes";

  static final Setting<String> BASE =
      Setting.of(
          "AIRTABLE_BASE_ID",
          "base's id, the part of its address that begins with app",
          text -> {
            if (text.matches("app[A-Za-z0-9]{1,40}")) {
              return text;
            }
            throw new IllegalArgumentException("expected an id such as appAbCdEfGhIjKlMn");
          });
  static final Setting<String> TABLE = Setting.text("AIRTABLE_TABLE", "table's name or id");

  private static final Map<Column, Setting<String>> COLUMNS = new EnumMap<>(Column.class);
  private static final Map<Standing, Setting<String>> STATUSES = new EnumMap<>(Standing.class);

  static {
    for (Column column : Column.values()) {
      COLUMNS.put(column, column.setting().optional());
    }
    COLUMNS.put(Column.TITLE, Column.TITLE.setting().orElse("Name"));
    COLUMNS.put(Column.DESCRIPTION, Column.DESCRIPTION.setting().orElse(DEFAULT_DESCRIPTION));
    COLUMNS.put(Column.STATUS, Column.STATUS.setting().orElse("Status"));
    STATUSES.put(Standing.READY, status("READY", "waits for a worker").orElse("Todo"));
    STATUSES.put(Standing.WORKING, status("WORKING", "is worked on").orElse("In progress"));
    STATUSES.put(Standing.REVIEW, status("REVIEW", "is done and waits for you").orElse("Review"));
    STATUSES.put(Standing.FAILED, status("FAILED", "was given up").orElse("Failed"));
    STATUSES.put(
        Standing.HELD,
        status("HELD", "waits for your decision; unset: AIRTABLE_FAILED_STATUS").optional());
  }

  Names {
    columns = Map.copyOf(columns);
    statuses = Map.copyOf(statuses);
  }

  private static Setting<String> status(String word, String meaning) {
    return Setting.text("AIRTABLE_" + word + "_STATUS", "status of a task that " + meaning);
  }

  static List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>(List.of(BASE, TABLE));
    all.addAll(COLUMNS.values());
    all.addAll(STATUSES.values());
    return all;
  }

  static Names from(Values values) {
    Map<Column, String> columns = new EnumMap<>(Column.class);
    COLUMNS.forEach(
        (column, setting) -> values.find(setting).ifPresent(name -> columns.put(column, name)));
    Map<Standing, String> statuses = new EnumMap<>(Standing.class);
    STATUSES.forEach((standing, setting) ->
        values.find(setting).ifPresent(name -> statuses.put(standing, name)));
    statuses.putIfAbsent(Standing.HELD, values.get(failed()));
    return new Names(values.get(BASE), values.get(TABLE), columns, statuses);
  }

  static Setting<String> failed() {
    return settingOf(Standing.FAILED);
  }

  /** The setting that names a status. */
  static Setting<String> settingOf(Standing standing) {
    return Optional.ofNullable(STATUSES.get(standing))
        .orElseThrow(() -> new IllegalArgumentException(standing + " has no status"));
  }

  /** Every standing that has a status, in the order of a task's life. */
  static List<Standing> standings() {
    return List.copyOf(STATUSES.keySet());
  }

  Optional<String> column(Column column) {
    return Optional.ofNullable(columns.get(column));
  }

  String status(Standing standing) {
    return Optional.ofNullable(statuses.get(standing))
        .orElseThrow(() -> new IllegalArgumentException(standing + " has no status"));
  }

  List<String> problems() {
    List<String> problems = new ArrayList<>();
    List<Standing> all = standings();
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        boolean mayBeSame = all.get(i) == Standing.FAILED && all.get(j) == Standing.HELD;
        if (!mayBeSame && status(all.get(i)).equals(status(all.get(j)))) {
          problems.add(
              "%s and %s are both '%s': they must differ."
                  .formatted(settingOf(all.get(i)), settingOf(all.get(j)), status(all.get(i))));
        }
      }
    }
    return problems;
  }
}
