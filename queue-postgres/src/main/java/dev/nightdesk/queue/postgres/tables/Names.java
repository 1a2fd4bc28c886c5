package dev.nightdesk.queue.postgres.tables;

import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the user calls things: tables, columns and statuses.
 *
 * @param columns the columns that are needed or that the user named
 * @param statuses for each standing of an open task
 */
public record Names(
    SqlName table,
    SqlName comments,
    boolean create,
    Map<Column, String> columns,
    Map<Standing, String> statuses) {

  public static final Setting<SqlName> TABLE =
      Setting.of(
              "POSTGRES_TABLE",
              "table with the tasks, such as tasks or sales.tasks; yours, or one to be created",
              SqlName::parse)
          .orElse("tasks");
  public static final Setting<SqlName> COMMENTS_TABLE =
      Setting.of("POSTGRES_COMMENTS_TABLE", "table that the comments go to", SqlName::parse)
          .orElse("task_comments");
  public static final Setting<Boolean> CREATE =
      Setting.flag("POSTGRES_CREATE", "permission to create a table that is not there")
          .orElse("true");
  public static final Map<Column, Setting<String>> COLUMNS = columnSettings();
  public static final Map<Standing, Setting<String>> STATUSES = statusSettings();

  /** Keeps its maps in order, so that its text is the same in every process. */
  public Names {
    columns = Collections.unmodifiableMap(new EnumMap<>(columns));
    statuses = Collections.unmodifiableMap(new EnumMap<>(statuses));
  }

  private static Map<Column, Setting<String>> columnSettings() {
    Map<Column, Setting<String>> settings = new EnumMap<>(Column.class);
    for (Column column : Column.values()) {
      String otherwise = "; unset: " + column.usual + ", where the table has it";
      String meaning = column.meaning + (column.needed ? "" : otherwise);
      Setting<String> setting = Setting.of(settingOf(column), meaning, SqlName::identifier);
      settings.put(column, column.needed ? setting.orElse(column.usual) : setting.optional());
    }
    return Collections.unmodifiableMap(settings);
  }

  private static Map<Standing, Setting<String>> statusSettings() {
    Map<Standing, Setting<String>> settings = new EnumMap<>(Standing.class);
    settings.put(Standing.READY, status("READY", "waits for a worker", "pending"));
    settings.put(Standing.WORKING, status("WORKING", "is being worked on", "running"));
    settings.put(Standing.REVIEW, status("REVIEW", "is done and waits for you", "review"));
    settings.put(Standing.FAILED, status("FAILED", "was given up", "failed"));
    settings.put(Standing.HELD, status("HELD", "waits for your decision", "held"));
    return Collections.unmodifiableMap(settings);
  }

  private static Setting<String> status(String name, String meaning, String usual) {
    return Setting.of(
            "POSTGRES_" + name + "_STATUS", "status of a task that " + meaning, Names::statusText)
        .orElse(usual);
  }

  private static String statusText(String text) {
    if (text.isBlank() || text.chars().anyMatch(c -> c == '\\' || Character.isISOControl(c))) {
      throw new IllegalArgumentException(
          "expected a status, without backslashes and control characters");
    }
    return text;
  }

  /** In the order in which a person should see them. */
  public static List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>(List.of(TABLE, COMMENTS_TABLE, CREATE));
    all.addAll(COLUMNS.values());
    all.addAll(STATUSES.values());
    return all;
  }

  /** As the user set them. */
  public static Names from(Values values) {
    Map<Column, String> columns = new EnumMap<>(Column.class);
    COLUMNS.forEach(
        (column, setting) -> values.find(setting).ifPresent(name -> columns.put(column, name)));
    Map<Standing, String> statuses = new EnumMap<>(Standing.class);
    STATUSES.forEach((standing, setting) -> statuses.put(standing, values.get(setting)));
    return new Names(
        values.get(TABLE), values.get(COMMENTS_TABLE), values.get(CREATE), columns, statuses);
  }

  /**
   * Statuses that would be mistaken for one another. Only the two that wait for a person may be the
   * same, for a table that has one status for both.
   */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    List<Standing> standings = new ArrayList<>(STATUSES.keySet());
    for (int i = 0; i < standings.size(); i++) {
      for (int j = i + 1; j < standings.size(); j++) {
        Standing one = standings.get(i);
        Standing other = standings.get(j);
        if (status(one).equals(status(other)) && one != Standing.FAILED) {
          problems.add(
              "%s and %s are both '%s': they must differ."
                  .formatted(STATUSES.get(one), STATUSES.get(other), status(one)));
        }
      }
    }
    return problems;
  }

  /** What a column is called: as the user said, or as usual. */
  public String column(Column column) {
    return columns.getOrDefault(column, column.usual);
  }

  /** Whether the user (or, for a needed one, the default) insists on this column. */
  public boolean insists(Column column) {
    return columns.containsKey(column);
  }

  /** What an open standing is called. */
  public String status(Standing standing) {
    return Optional.ofNullable(statuses.get(standing)).orElseThrow();
  }

  /** What a status stands for; closed, where it is none of ours. */
  public Standing standing(@Nullable String status) {
    return STATUSES.keySet().stream()
        .filter(standing -> status(standing).equals(status))
        .findFirst()
        .orElse(Standing.CLOSED);
  }

  /** The statuses of open tasks as SQL literals, so that the planner knows them. */
  public String openStatuses() {
    return STATUSES.keySet().stream()
        .map(standing -> SqlName.literal(status(standing)))
        .distinct()
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /** The variable that names a column. */
  public static String settingOf(Column column) {
    return "POSTGRES_" + column.name() + "_COLUMN";
  }

  /** The variable that sets a standing's status. */
  public static String settingOf(Standing standing) {
    return "POSTGRES_" + standing.name() + "_STATUS";
  }
}
