package dev.nightdesk.settings;

import dev.nightdesk.spi.Setting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What can be wrong with the names in {@code WORKERS}. */
final class WorkerNames {
  private WorkerNames() {}

  static List<String> problems(List<WorkerName> names, Adapters adapters) {
    if (names.isEmpty()) {
      return List.of("WORKERS: expected at least one name, such as worker");
    }
    List<String> problems = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (WorkerName name : names) {
      if (!seen.add(name.text())) {
        problems.add("WORKERS: '%s' stands there twice".formatted(Shown.of(name.text())));
      } else if (!name.isWellFormed()) {
        problems.add(
            "WORKERS: expected lower case letters, digits and hyphens, at most 40, got '%s'"
                .formatted(Shown.of(name.text())));
      } else {
        clash(name, adapters).ifPresent(problems::add);
      }
    }
    return problems.isEmpty() ? ambiguities(names) : problems;
  }

  /** A worker named as an adapter's variables begin would take them for its own. */
  private static Optional<String> clash(WorkerName name, Adapters adapters) {
    return Stream.concat(
            KnownVariables.settingsOf(adapters).map(Setting::name).filter(n -> n.contains("_")),
            Stream.of("NIGHTDESK_"))
        .map(variable -> variable.substring(0, variable.indexOf('_') + 1))
        .distinct()
        .filter(prefix -> name.prefix().startsWith(prefix))
        .findFirst()
        .map(prefix ->
            "WORKERS: '%s' cannot be a worker's name, because variables that begin with %s are an adapter's or the program's own. Name it otherwise, for example 'my-%s'."
                .formatted(name.text(), prefix, name.text()));
  }

  /** Of {@code a} and {@code a-output}, whose is A_OUTPUT_DIRECTORY? */
  private static List<String> ambiguities(List<WorkerName> names) {
    Map<String, String> meaning = new HashMap<>();
    WorkerSettings.ALL.forEach(s -> meaning.put(s.name(), s.name() + " of every worker"));
    List<String> problems = new ArrayList<>();
    for (WorkerName name : names) {
      for (Setting<?> setting : WorkerSettings.ALL) {
        String variable = name.ownForm(setting);
        String mine = setting.name() + " of '" + name.text() + "'";
        String other = variable.equals(setting.name()) ? null : meaning.put(variable, mine);
        if (other != null) {
          problems.add(
              "WORKERS: %s could be %s or %s. Rename '%s'."
                  .formatted(variable, other, mine, name.text()));
        }
      }
    }
    return problems;
  }

  /** Names that were asked for and that no worker has. */
  static List<String> unknown(Collection<String> asked, List<WorkerName> names) {
    List<String> known = names.stream().map(WorkerName::text).toList();
    return asked.stream()
        .filter(name -> !known.contains(name))
        .map(name ->
            "There is no worker named '%s'. WORKERS names %s.%s"
                .formatted(Shown.of(name), String.join(", ", known), Nearest.hint(name, known)))
        .toList();
  }
}
