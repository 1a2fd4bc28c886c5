package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.tables.Column;
import dev.nightdesk.queue.postgres.tables.Layout;
import dev.nightdesk.queue.postgres.tables.Names;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Receipt;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.result.RowView;

/**
 * Where what a person reads is written: as comments, each once by its key; or, where there is no
 * table of comments, as the text in the result column.
 */
final class Notes {
  private static final Pattern NOT_STORABLE = Pattern.compile("\\x00|\\p{Cs}");

  private final Layout layout;
  private final TaskRows rows;
  private final String author;
  private final String noting;

  Notes(Layout layout, Names names, String worker) {
    this.layout = layout;
    this.rows = new TaskRows(layout, names);
    this.author = "nightdesk/" + worker;
    this.noting = layout.comments().map(Notes::noting).orElse("");
  }

  /** Writes what is not there yet; answers with the task's status and the rows that are new. */
  private static String noting(Layout.Comments comments) {
    return """
    ), noted as (
      insert into %1$s (task_id, body, entry_key%2$s)
        select cast(:id as %3$s), n.body, n.key%4$s
        from here, unnest(:bodies, :keys) with ordinality n (body, key, nr) order by n.nr
      on conflict (entry_key) do nothing returning entry_key, id::text as id)
    select here.status, noted.entry_key, noted.id from here left join noted on true\
    """
        .formatted(
            comments.table(),
            comments.author() ? ", author" : "",
            comments.taskType(),
            comments.author() ? ", :author" : "");
  }

  /** Text without what PostgreSQL cannot hold: NUL, and halves of characters. */
  static String storable(String text) {
    if (text.chars().noneMatch(c -> c == 0 || Character.isSurrogate((char) c))) {
      return text;
    }
    return NOT_STORABLE
        .matcher(text)
        .replaceAll(match -> match.group().equals("\0") ? "" : "\uFFFD");
  }

  /** What there is to write, by the entries' keys and in their order. */
  private static Map<String, String> texts(List<Entry> entries) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Entry entry : entries) {
      switch (entry) {
        case Entry.Note note -> texts.put(note.key(), storable(note.body()));
        case Entry.Link link ->
            texts.put(link.key(), storable("[" + link.title() + "](" + link.target() + ")"));
        case Entry.Move move -> {}
      }
    }
    return texts;
  }

  private static String result(List<Entry> entries) {
    return String.join("\n\n", texts(entries).values());
  }

  /**
   * What was written to a task.
   *
   * @param status the task's
   * @param receipts for all entries, moves too
   * @param before whether there was something to write, and all of it stood there already
   */
  record Written(String status, List<Receipt> receipts, boolean before) {}

  /**
   * Writes what is not there yet to one task; empty where there is none.
   *
   * @param locking SQL that locks the row of task {@code :id} and answers with its status
   */
  Optional<Written> write(Handle handle, String locking, String id, List<Entry> entries) {
    return layout.comments().isPresent()
        ? insert(handle, layout.comments().get(), locking, id, entries)
        : overwriteResult(handle, locking, id, entries);
  }

  private Optional<Written> insert(
      Handle handle, Layout.Comments comments, String locking, String id, List<Entry> entries) {
    Map<String, String> texts = texts(entries);
    Map<String, String> ids = new HashMap<>();
    Optional<String> status =
        handle
            .createQuery("with here as (" + locking + noting)
            .bind("id", id)
            .bind("bodies", array(texts.values()))
            .bind("keys", array(texts.keySet()))
            .bind("author", author)
            .reduceRows(
                Optional.empty(),
                (none, row) -> {
                  remember(ids, row);
                  return Optional.of(row.getColumn("status", String.class));
                });
    boolean before = ids.isEmpty() && !texts.isEmpty();
    return status.map(
        there -> new Written(there, receipts(handle, comments, entries, ids), before));
  }

  /** As the driver takes it, since Jdbi finds out anew each time what an array is made of. */
  private static Argument array(Collection<String> texts) {
    return (position, statement, context) ->
        statement.setArray(
            position, statement.getConnection().createArrayOf("text", texts.toArray()));
  }

  private static void remember(Map<String, String> ids, RowView row) {
    Optional.ofNullable(row.getColumn("entry_key", String.class))
        .ifPresent(key -> ids.put(key, row.getColumn("id", String.class)));
  }

  /** The receipts of entries that stand, some of them perhaps since an earlier call. */
  private static List<Receipt> receipts(
      Handle handle, Layout.Comments comments, List<Entry> entries, Map<String, String> known) {
    Map<String, String> ids = new HashMap<>(known);
    if (ids.size() < texts(entries).size()) {
      handle
          .createQuery(
              "select entry_key, id::text as id from %s where entry_key = any(:keys)"
                  .formatted(comments.table()))
          .bind("keys", array(texts(entries).keySet()))
          .reduceRows(
              ids,
              (found, row) -> {
                remember(found, row);
                return found;
              });
    }
    return entries.stream()
        .map(entry -> new Receipt(entry.key(), Optional.ofNullable(ids.get(entry.key()))))
        .toList();
  }

  private Optional<Written> overwriteResult(
      Handle handle, String locking, String id, List<Entry> entries) {
    Optional<String> status =
        handle.createQuery(locking).bind("id", id).mapTo(String.class).findFirst();
    boolean before = newestIsOneOf(handle, id, entries);
    String text = result(entries);
    if (status.isPresent() && !text.isEmpty() && !before) {
      handle
          .createUpdate(
              "update %s set %s = :text where %s"
                  .formatted(layout.table(), layout.column(Column.RESULT), rows.is("", ":id")))
          .bind("id", id)
          .bind("text", text)
          .execute();
    }
    return status.map(there -> new Written(there, withoutIds(entries), before));
  }

  private static List<Receipt> withoutIds(List<Entry> entries) {
    return entries.stream().map(entry -> new Receipt(entry.key(), Optional.empty())).toList();
  }

  /** The receipts of a claim that stood already. */
  List<Receipt> receipts(Handle handle, List<Entry> entries) {
    return layout
        .comments()
        .map(comments -> receipts(handle, comments, entries, Map.of()))
        .orElse(withoutIds(entries));
  }

  /**
   * Whether the last that any worker wrote on a task is one of these entries: then nobody has
   * claimed it since.
   */
  boolean newestIsOneOf(Handle handle, String id, List<Entry> entries) {
    if (layout.comments().isEmpty()) {
      return handle
          .createQuery(
              "select %s = nullif(:text, '') from %s where %s"
                  .formatted(layout.column(Column.RESULT), layout.table(), rows.is("", ":id")))
          .bind("id", id)
          .bind("text", result(entries))
          .mapTo(Boolean.class)
          .findFirst()
          .orElse(false);
    }
    Layout.Comments comments = layout.comments().get();
    return handle
        .createQuery(
            """
            select entry_key from %s
            where task_id = cast(:id as %s) and entry_key is not null
            order by created_at desc, id desc limit 1\
            """
                .formatted(comments.table(), comments.taskType()))
        .bind("id", id)
        .mapTo(String.class)
        .findFirst()
        .filter(texts(entries)::containsKey)
        .isPresent();
  }
}
