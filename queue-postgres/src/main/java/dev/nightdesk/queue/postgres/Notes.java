package dev.nightdesk.queue.postgres;

import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Where what a person reads is written: as comments, each once by its key; or, where there is no
 * table of comments, as the text in the result column.
 */
final class Notes {
  private static final Pattern NOT_STORABLE = Pattern.compile("\\x00|\\p{Cs}");

  private final Layout layout;
  private final TaskRows rows;
  private final String author;

  Notes(Layout layout, Names names, String worker) {
    this.layout = layout;
    this.rows = new TaskRows(layout, names);
    this.author = "nightdesk/" + worker;
  }

  /** Text without what PostgreSQL cannot hold: NUL, and halves of characters. */
  static String storable(String text) {
    return NOT_STORABLE
        .matcher(text)
        .replaceAll(match -> match.group().equals("\0") ? "" : "\uFFFD");
  }

  private static Optional<String> text(Entry entry) {
    return switch (entry) {
      case Entry.Note note -> Optional.of(storable(note.body()));
      case Entry.Link link ->
          Optional.of(storable("[" + link.title() + "](" + link.target() + ")"));
      case Entry.Move move -> Optional.empty();
    };
  }

  private static List<String> keys(List<Entry> entries) {
    return entries.stream().filter(entry -> text(entry).isPresent()).map(Entry::key).toList();
  }

  /**
   * What was written.
   *
   * @param receipts for all entries, moves too
   * @param before whether there was something to write, and all of it stood there already
   */
  record Written(List<Receipt> receipts, boolean before) {}

  /** Writes what is not there yet. */
  Written write(Handle handle, String id, List<Entry> entries) {
    return layout.comments().isPresent()
        ? insert(handle, layout.comments().get(), id, entries)
        : overwriteResult(handle, id, entries);
  }

  private Written insert(Handle handle, Layout.Comments comments, String id, List<Entry> entries) {
    List<Receipt> receipts = new ArrayList<>();
    boolean some = false;
    boolean before = true;
    for (Entry entry : entries) {
      Optional<String> body = text(entry);
      Optional<String> remote = Optional.empty();
      if (body.isPresent()) {
        some = true;
        remote = insert(handle, comments, id, entry.key(), body.get());
        before &= remote.isEmpty();
        remote = remote.or(() -> written(handle, comments, entry.key()));
      }
      receipts.add(new Receipt(entry.key(), remote));
    }
    return new Written(receipts, some && before);
  }

  private Optional<String> insert(
      Handle handle, Layout.Comments comments, String id, String key, String body) {
    return handle
        .createQuery(
            """
            insert into %s (task_id, body, entry_key%s) values (cast(:id as %s), :body, :key%s)
            on conflict (entry_key) do nothing returning id::text\
            """
                .formatted(
                    comments.table(),
                    comments.author() ? ", author" : "",
                    comments.taskType(),
                    comments.author() ? ", :author" : ""))
        .bind("id", id)
        .bind("body", body)
        .bind("key", key)
        .bind("author", author)
        .mapTo(String.class)
        .findOne();
  }

  private static Optional<String> written(Handle handle, Layout.Comments comments, String key) {
    return handle
        .createQuery("select id::text from " + comments.table() + " where entry_key = :key")
        .bind("key", key)
        .mapTo(String.class)
        .findOne();
  }

  private Written overwriteResult(Handle handle, String id, List<Entry> entries) {
    String text = result(entries);
    boolean before = newestIsOneOf(handle, id, entries);
    if (!text.isEmpty() && !before) {
      handle
          .createUpdate(
              "update %s set %s = :text where %s"
                  .formatted(layout.table(), layout.column(Column.RESULT), rows.is("", ":id")))
          .bind("id", id)
          .bind("text", text)
          .execute();
    }
    return new Written(
        entries.stream().map(entry -> new Receipt(entry.key(), Optional.empty())).toList(), before);
  }

  private static String result(List<Entry> entries) {
    return entries.stream()
        .flatMap(entry -> text(entry).stream())
        .collect(Collectors.joining("\n\n"));
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
        .filter(keys(entries)::contains)
        .isPresent();
  }
}
