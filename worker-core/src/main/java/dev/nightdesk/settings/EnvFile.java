package dev.nightdesk.settings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file of {@code KEY=value} lines. It means what a shell that sources it would see, but nothing
 * is ever expanded or run. Messages name the file and the line and never show a value.
 */
record EnvFile(Path path, Map<String, Variables.Variable> variables, List<String> problems) {
  private static final Pattern LINE =
      Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=(.*)", Pattern.DOTALL);
  private static final Pattern SINGLE = Pattern.compile("'([^']*)'(.*)");
  private static final Pattern DOUBLE = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"(.*)");
  private static final Pattern ESCAPED = Pattern.compile("\\\\([\"\\\\$`])");
  private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*");

  EnvFile {
    variables = Map.copyOf(variables);
    problems = List.copyOf(problems);
  }

  static EnvFile read(Path path) {
    try {
      var text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(path)));
      return parse(path, text.toString());
    } catch (CharacterCodingException notText) {
      return broken(path, "it is not text in UTF-8");
    } catch (IOException unreadable) {
      return broken(path, Files.exists(path) ? "it cannot be read" : "there is no such file");
    }
  }

  private static EnvFile broken(Path path, String why) {
    return new EnvFile(path, Map.of(), List.of(path + ": " + why));
  }

  static EnvFile parse(Path path, String text) {
    Map<String, Variables.Variable> variables = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    String[] lines = text.replaceFirst("^\uFEFF", "").split("\r?\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String place = path + ":" + (i + 1);
      Matcher match = LINE.matcher(line);
      try {
        if (!match.matches()) {
          throw new IllegalArgumentException("expected a line such as KEY=value");
        }
        String name = match.group(1);
        variables.put(name, new Variables.Variable(name, value(match.group(2).strip()), place));
      } catch (IllegalArgumentException badLine) {
        problems.add(place + ": " + badLine.getMessage());
      }
    }
    return new EnvFile(path, variables, problems);
  }

  private static String value(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a value cannot hold a NUL character");
    }
    return switch (text.isEmpty() ? ' ' : text.charAt(0)) {
      case '\'' -> quoted(SINGLE.matcher(text));
      case '"' -> ESCAPED.matcher(quoted(DOUBLE.matcher(text))).replaceAll("$1");
      default -> COMMENT.matcher(text).replaceFirst("").strip();
    };
  }

  private static String quoted(Matcher match) {
    if (!match.matches()) {
      throw new IllegalArgumentException("the quote is not closed on this line");
    }
    String rest = match.group(2);
    if (!rest.isBlank() && !COMMENT.matcher(rest).matches()) {
      throw new IllegalArgumentException("nothing but a # comment may follow the closing quote");
    }
    return match.group(1);
  }
}
