package dev.nightdesk.queue.airtable;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Formulas that say which records to list. They know fields by their names, never by their ids. */
final class Formula {
  private Formula() {}

  /** Records whose field holds one of these texts. */
  static String isOneOf(String field, Collection<String> texts) {
    return any(texts.stream().distinct().map(text -> field(field) + "=" + text(text)).toList());
  }

  /** These records, whatever is in them. */
  static String isAmong(Collection<String> ids) {
    return "FIND(RECORD_ID(),%s)>0".formatted(text(String.join(",", ids)));
  }

  /** Records that were made or changed after a time. Comments are no change to the service. */
  static String changedAfter(Instant time) {
    String when = text(time.truncatedTo(ChronoUnit.MILLIS).toString());
    return any(
        List.of(
            "IS_AFTER(LAST_MODIFIED_TIME(),%s)".formatted(when),
            "IS_AFTER(CREATED_TIME(),%s)".formatted(when)));
  }

  static String any(List<String> conditions) {
    return conditions.size() == 1
        ? conditions.getFirst()
        : conditions.stream().collect(Collectors.joining(",", "OR(", ")"));
  }

  static String not(String condition) {
    return "NOT(" + condition + ")";
  }

  static String both(String one, String other) {
    return "AND(" + one + "," + other + ")";
  }

  private static String field(String name) {
    return "{" + name.replace("\\", "\\\\").replace("}", "\\}") + "}";
  }

  private static String text(String text) {
    String escaped =
        text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r");
    return "'" + escaped + "'";
  }
}
