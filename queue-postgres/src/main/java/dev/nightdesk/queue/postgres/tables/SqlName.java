package dev.nightdesk.queue.postgres.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The name of a table, with its schema where one is given. A part may stand in double quotes, as in
 * SQL; unlike in SQL, a part without them keeps its capital letters.
 */
public record SqlName(List<String> parts) {
  private static final String EXPECTED =
      "expected a table such as tasks or sales.tasks, without backslashes";

  public SqlName {
    parts = List.copyOf(parts);
  }

  public static SqlName parse(String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        part.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '.' && !quoted) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    if (quoted || parts.size() > 2) {
      throw new IllegalArgumentException(EXPECTED);
    }
    parts.forEach(SqlName::identifier);
    return new SqlName(parts);
  }

  /** Checks the name of a column, or one part of a table's. */
  public static String identifier(String text) {
    boolean odd = text.chars().anyMatch(c -> c == '\\' || Character.isISOControl(c));
    if (text.isBlank() || odd) {
      throw new IllegalArgumentException(
          "expected a name, without backslashes and control characters");
    }
    return text;
  }

  public static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  public static String literal(String text) {
    return '\'' + text.replace("'", "''") + '\'';
  }

  public Optional<String> schema() {
    return parts.size() == 2 ? Optional.of(parts.getFirst()) : Optional.empty();
  }

  public String table() {
    return parts.getLast();
  }

  /** As SQL. */
  public String quoted() {
    return parts.stream().map(SqlName::quote).collect(Collectors.joining("."));
  }

  /** As a person would write it. */
  @Override
  public String toString() {
    return String.join(".", parts);
  }
}
