package dev.nightdesk.queue.postgres.tables;

import java.util.Locale;

/** A column of the tasks table: what it is for, what it is called, and which types it may have. */
public enum Column {
  ID("id", true, "column that identifies a task; any type"),
  TITLE("title", true, "column with a task's title"),
  STATUS("status", true, "column that says where a task stands; text, or an enum"),
  DESCRIPTION("description", false, "column with the text below the title"),
  PRIORITY("priority", false, "column with a number, higher is more urgent"),
  LABELS("labels", false, "column with labels, of type text[]"),
  AUTHOR("author", false, "column that says who wrote the task"),
  BLOCKED_BY("blocked_by", false, "column with the ids of tasks that come first, an array"),
  DUE("due_at", false, "column with a date or time that orders tasks"),
  UPDATED("updated_at", false, "column, timestamptz, that every change of a row sets to the time"),
  RESULT("result", false, "column for the result where there is no table of comments");

  /** The name that the column has where nothing else was said. */
  public final String usual;

  /** Whether a table without it cannot be a queue. */
  public final boolean needed;

  public final String meaning;

  Column(String usual, boolean needed, String meaning) {
    this.usual = usual;
    this.needed = needed;
    this.meaning = meaning;
  }

  /** Whether a column of that type can be used, by PostgreSQL's name and category of the type. */
  public boolean accepts(String type, String category, String elementCategory) {
    return switch (this) {
      case PRIORITY -> category.equals("N");
      case LABELS -> category.equals("A") && elementCategory.equals("S");
      case BLOCKED_BY -> category.equals("A");
      case DUE -> type.equals("date") || type.startsWith("timestamp");
      case UPDATED -> type.equals("timestamptz");
      case RESULT -> category.equals("S");
      default -> true;
    };
  }

  /** What {@link #accepts} asks for, for a message. */
  public String wanted() {
    return switch (this) {
      case PRIORITY -> "a number";
      case LABELS -> "text[]";
      case BLOCKED_BY -> "an array of ids";
      case DUE -> "a date or timestamptz";
      case UPDATED -> "timestamptz";
      case RESULT -> "text";
      default -> "anything";
    };
  }

  /** The word for it in SQL and messages. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
