package dev.nightdesk.settings;

import dev.nightdesk.spi.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything the user set. Reading never fails; asking for checked values reports all that is wrong
 * with them at once.
 */
public final class Settings {
  private static final Pattern SECRET_NAME =
      Pattern.compile(".*(TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|API_?KEY|_KEY).*");
  private static final int SHORTEST_SECRET = 8;

  private final Variables variables;
  private final Path folder;

  /** Over variables; relative paths are taken from the folder. */
  public Settings(Variables variables, Path folder) {
    this.variables = variables;
    this.folder = folder;
  }

  /** What the whole program is set to. */
  public DeskSettings desk() {
    List<String> problems = deskProblems();
    if (!problems.isEmpty()) {
      throw new SettingsException(problems, "");
    }
    return DeskSettings.of(deskValues(), folder);
  }

  /**
   * The workers, ready to be opened.
   *
   * @param only their names; empty = all
   */
  public List<ConfiguredWorker> workers(Adapters adapters, Collection<String> only) {
    List<String> problems = new ArrayList<>(deskProblems());
    if (!problems.isEmpty()) {
      throw new SettingsException(problems, "");
    }
    List<WorkerName> all = desk().workers();
    problems.addAll(adapters.clashes());
    problems.addAll(WorkerNames.problems(all, adapters));
    problems.addAll(WorkerNames.unknown(only, all));
    List<WorkerName> wanted =
        all.stream().filter(n -> only.isEmpty() || only.contains(n.text())).toList();
    var checks =
        wanted.stream().map(name -> new WorkerCheck(values(name), name, adapters)).toList();
    checks.forEach(check -> problems.addAll(check.problems()));
    if (!problems.isEmpty()) {
      throw new SettingsException(
          problems.stream().distinct().toList(),
          nothingIsSet(adapters) ? WorkerCheck.FIRST_STEPS : "");
    }
    return checks.stream().map(WorkerCheck::worker).toList();
  }

  private List<String> deskProblems() {
    var values = deskValues();
    return Stream.concat(
            variables.problems().stream(),
            DeskSettings.ALL.stream().flatMap(setting -> values.problem(setting).stream()))
        .toList();
  }

  private boolean nothingIsSet(Adapters adapters) {
    Set<String> known = new KnownVariables(names(), adapters).names();
    return variables.all().stream()
        .noneMatch(v -> known.contains(v.name()) && !v.name().equals(DeskSettings.HOME.name()));
  }

  /** Variables that look like settings and are read by nothing, one sentence each. */
  public List<String> warnings(Adapters adapters) {
    return new KnownVariables(names(), adapters).unread(variables, this::isUsed);
  }

  private boolean isUsed(String adapter) {
    return names().stream()
        .map(this::values)
        .flatMap(v -> Stream.of(v.variable(WorkerSettings.QUEUE), v.variable(WorkerSettings.AGENT)))
        .flatMap(Optional::stream)
        .anyMatch(v -> v.value().equals(adapter));
  }

  /** Every variable with its meaning, default and current source; secrets are hidden. */
  public List<SettingRow> rows(Adapters adapters) {
    return new KnownVariables(names(), adapters).rows(variables);
  }

  /** Everything that must never be written outward. */
  public List<Secret> secrets(Adapters adapters) {
    Set<String> hidden = new KnownVariables(names(), adapters).hidden();
    return variables.all().stream()
        .flatMap(v ->
            hidden.contains(v.name()) || looksSecret(v)
                ? Stream.of(v.value())
                : Shown.passwordsIn(v.value()).stream())
        .filter(text -> !text.isEmpty())
        .distinct()
        .map(Secret::of)
        .toList();
  }

  private static boolean looksSecret(Variables.Variable variable) {
    return variable.value().length() >= SHORTEST_SECRET
        && SECRET_NAME.matcher(variable.name()).matches();
  }

  /** The variables, for what the agent may see of them. */
  public Map<String, String> pick(Collection<String> names) {
    return names.stream()
        .distinct()
        .flatMap(name -> variables.find(name).stream())
        .collect(Collectors.toMap(Variables.Variable::name, Variables.Variable::value));
  }

  /** The {@code .env} files that were read. */
  public List<Path> files() {
    return variables.files();
  }

  private List<WorkerName> names() {
    var values = deskValues();
    return values.problem(DeskSettings.WORKERS).isPresent()
        ? List.of()
        : values.get(DeskSettings.WORKERS).stream().map(WorkerName::new).toList();
  }

  private ReadValues deskValues() {
    return new ReadValues(variables, Optional.empty());
  }

  private ReadValues values(WorkerName name) {
    return new ReadValues(variables, Optional.of(name));
  }
}
