package dev.nightdesk.agent.command;

import dev.nightdesk.spi.Setting;
import dev.nightdesk.toolkit.ShellWords;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The user's command: a program and arguments with places to fill in.
 *
 * @param program a name or a path
 * @param arguments as the user wrote them
 */
record CommandLine(String program, List<String> arguments) {
  private static final String RESULT_FILE = "{result_file}";

  CommandLine {
    arguments = List.copyOf(arguments);
  }

  static CommandLine parse(String text) {
    List<String> words = ShellWords.split(text);
    if (words.isEmpty() || words.getFirst().isEmpty()) {
      throw new IllegalArgumentException("expected a program and its arguments");
    }
    String program = words.getFirst();
    return new CommandLine(
        program.startsWith("~/") ? Setting.parsePath(program).toString() : program,
        words.subList(1, words.size()));
  }

  boolean namesResultFile() {
    return arguments.stream().anyMatch(argument -> argument.contains(RESULT_FILE));
  }

  List<String> filledIn(Path promptFile, Path resultFile, Optional<String> session) {
    return Stream.concat(
            Stream.of(program),
            arguments.stream()
                .map(argument ->
                    argument
                        .replace("{prompt_file}", promptFile.toString())
                        .replace(RESULT_FILE, resultFile.toString())
                        .replace("{session}", session.orElse(""))))
        .toList();
  }
}
