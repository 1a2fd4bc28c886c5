package dev.nightdesk.settings;

import dev.nightdesk.settings.Adapters.Adapter;
import dev.nightdesk.spi.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every variable that means something, for these workers and these adapters. */
final class KnownVariables {
  private static final String PROGRAM = "nightdesk";
  private static final String WORKER = "worker";

  private final List<WorkerName> workers;
  private final Adapters adapters;

  private record Known(String module, Setting<?> setting) {}

  KnownVariables(List<WorkerName> workers, Adapters adapters) {
    this.workers = workers.stream().filter(WorkerName::isWellFormed).distinct().toList();
    this.adapters = adapters;
  }

  static Stream<Setting<?>> settingsOf(Adapters adapters) {
    return adapters(adapters).flatMap(a -> a.settings().stream());
  }

  private static Stream<Adapter<?>> adapters(Adapters adapters) {
    return Stream.concat(adapters.queues().stream(), adapters.agents().stream());
  }

  private Stream<Known> known() {
    return Stream.of(
            DeskSettings.ALL.stream().map(s -> new Known(PROGRAM, s)),
            WorkerSettings.ALL.stream().map(s -> new Known(WORKER, s)),
            adapters(adapters).flatMap(a -> a.settings().stream().map(s -> new Known(a.name(), s))))
        .flatMap(s -> s);
  }

  private Stream<String> forms(Known known) {
    return known.module.equals(PROGRAM)
        ? Stream.of(known.setting.name())
        : Stream.concat(
                Stream.of(known.setting.name()),
                workers.stream().map(worker -> worker.ownForm(known.setting)))
            .distinct();
  }

  Set<String> names() {
    return known().flatMap(this::forms).collect(Collectors.toSet());
  }

  Set<String> hidden() {
    return known().filter(k -> k.setting.hidden()).flatMap(this::forms).collect(Collectors.toSet());
  }

  List<SettingRow> rows(Variables variables) {
    return known()
        .flatMap(known ->
            forms(known)
                .filter(n -> n.equals(known.setting.name()) || variables.find(n).isPresent())
                .map(name -> row(known, name, variables)))
        .toList();
  }

  private static SettingRow row(Known known, String name, Variables variables) {
    Setting<?> setting = known.setting;
    var variable = variables.find(name);
    return new SettingRow(
        known.module,
        name,
        setting.meaning(),
        setting.required(),
        setting.defaultText(),
        variable
            .map(v -> setting.hidden() ? "(hidden)" : Shown.of(v.value()))
            .or(setting::defaultText),
        variable
            .map(Variables.Variable::source)
            .orElse(setting.defaultText().isPresent() ? "default" : "not set"));
  }

  /** What begins as a setting does and is none, one sentence each. */
  List<String> unread(Variables variables, Predicate<String> used) {
    Set<String> names = names();
    Set<String> passedOn = passedOn(variables);
    List<String> prefixes = prefixes(used);
    List<String> warnings = new ArrayList<>();
    variables.all().stream()
        .filter(v -> !v.value().isEmpty() && !names.contains(v.name()))
        .filter(v -> !passedOn.contains(v.name()))
        .sorted(Comparator.comparing(Variables.Variable::name))
        .filter(v -> prefixes.stream().anyMatch(v.name()::startsWith))
        .map(v ->
            "%s is set (%s) but nothing reads it.%s"
                .formatted(v.name(), v.source(), Nearest.hint(v.name(), names)))
        .forEach(warnings::add);
    return warnings;
  }

  /** What an agent is given to read. */
  private Set<String> passedOn(Variables variables) {
    Known names = new Known(WORKER, WorkerSettings.AGENT_ENV);
    Set<String> forms = forms(names).collect(Collectors.toSet());
    return variables.all().stream()
        .filter(variable -> forms.contains(variable.name()))
        .flatMap(variable -> Stream.of(variable.value().split(",", -1)))
        .map(String::strip)
        .collect(Collectors.toSet());
  }

  /** What known variables begin with; an adapter that nobody uses has no say. */
  private List<String> prefixes(Predicate<String> used) {
    Set<String> prefixes = new TreeSet<>(Set.of("NIGHTDESK_", WorkerName.SHARED));
    workers.forEach(worker -> prefixes.add(worker.prefix()));
    adapters(adapters)
        .filter(adapter -> used.test(adapter.name()))
        .map(adapter -> adapter.settings().stream().map(Setting::name).toList())
        .forEach(names -> prefixes.addAll(commonBeginnings(names)));
    return List.copyOf(prefixes);
  }

  /** For each first word, the longest run of whole words that its names share and go beyond. */
  static Set<String> commonBeginnings(List<String> names) {
    Map<String, List<String>> byFirstWord =
        names.stream()
            .filter(name -> name.contains("_"))
            .collect(Collectors.groupingBy(name -> name.substring(0, name.indexOf('_') + 1)));
    return byFirstWord.values().stream()
        .map(same -> same.stream().reduce(KnownVariables::shared).orElseThrow())
        .map(text -> text.substring(0, text.lastIndexOf('_') + 1))
        .collect(Collectors.toSet());
  }

  private static String shared(String a, String b) {
    int length = 0;
    while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
      length++;
    }
    return a.substring(0, length);
  }
}
