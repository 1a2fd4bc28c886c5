package dev.nightdesk.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every variable there is, with the place it came from. The environment wins over {@code
 * --env-file}, which wins over {@code .env} in the working directory. A blank value counts as none.
 */
public final class Variables {
  private static final String ENVIRONMENT = "environment";

  private final Map<String, Variable> byName;
  private final List<Path> files;
  private final List<String> problems;

  /**
   * One variable.
   *
   * @param name its name
   * @param value its text, without blanks around it
   * @param source {@code environment}, or file and line
   */
  public record Variable(String name, String value, String source) {
    public Variable {
      value = value.strip();
    }
  }

  private Variables(Map<String, Variable> byName, List<Path> files, List<String> problems) {
    this.byName = Map.copyOf(byName);
    this.files = List.copyOf(files);
    this.problems = List.copyOf(problems);
  }

  /** Reads {@code .env} in the folder, then the files named, then the environment. */
  public static Variables read(Map<String, String> environment, Path folder, List<Path> named) {
    List<Path> files = new ArrayList<>();
    Path usual = folder.resolve(".env");
    if (Files.exists(usual) && !Files.isDirectory(usual)) {
      files.add(usual);
    }
    named.forEach(file -> files.add(folder.resolve(file)));
    Map<String, Variable> all = new HashMap<>();
    List<String> problems = new ArrayList<>();
    for (Path file : files) {
      EnvFile read = EnvFile.read(file);
      all.putAll(read.variables());
      problems.addAll(read.problems());
    }
    environment.forEach((name, value) -> all.put(name, new Variable(name, value, ENVIRONMENT)));
    return new Variables(all, files, problems);
  }

  /** Of an environment alone. */
  public static Variables of(Map<String, String> environment) {
    Map<String, Variable> all = new HashMap<>();
    environment.forEach((name, value) -> all.put(name, new Variable(name, value, ENVIRONMENT)));
    return new Variables(all, List.of(), List.of());
  }

  /** The variable, unless it is blank. */
  public Optional<Variable> find(String name) {
    return Optional.ofNullable(byName.get(name)).filter(v -> !v.value().isEmpty());
  }

  /** Every variable that is set, blank ones too. */
  public Collection<Variable> all() {
    return byName.values();
  }

  /** The files that were read. */
  public List<Path> files() {
    return files;
  }

  List<String> problems() {
    return problems;
  }
}
