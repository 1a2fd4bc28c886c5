package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.tables.Catalog;
import dev.nightdesk.queue.postgres.tables.Column;
import dev.nightdesk.queue.postgres.tables.Layout;
import dev.nightdesk.queue.postgres.tables.Names;
import dev.nightdesk.queue.postgres.tables.SqlName;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.QueueException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** What {@code nightdesk doctor} says about the server, the tables and our rights there. */
final class Checkup {
  private static final String TABLE = "POSTGRES_TABLE";
  private static final String COMMENTS = "POSTGRES_COMMENTS_TABLE";

  private final PostgresClient client;
  private final Names names;
  private final List<Finding> findings = new ArrayList<>();

  Checkup(PostgresClient client, Names names) {
    this.client = client;
    this.names = names;
  }

  List<Finding> findings() throws InterruptedException {
    try {
      client.inspect((handle, survey) -> {
        server(handle);
        Catalog catalog = new Catalog(handle);
        if (catalog.find(names.table()).isEmpty() && names.create()) {
          findings.add(toBeMade(catalog, TABLE, names.table()));
        } else {
          tables(survey.look(), catalog);
        }
        return findings;
      });
    } catch (QueueException refused) {
      String subject = findings.isEmpty() ? "POSTGRES_URL" : TABLE;
      findings.add(Finding.wrong(subject, String.valueOf(refused.getMessage())));
    }
    return findings;
  }

  private static Finding toBeMade(Catalog catalog, String setting, SqlName table) {
    return catalog.mayCreate(table)
        ? Finding.good(setting, "Table %s will be created.".formatted(table))
        : Finding.wrong(
            setting,
            "There is no table %s, and the user may not create it: grant create on its schema, or"
                    .formatted(table)
                + " create it yourself.");
  }

  private void server(Handle handle) {
    String version = text(handle, "show server_version");
    findings.add(
        Finding.good(
            "POSTGRES_URL",
            "%s answers as user %s; version %s."
                .formatted(client.called(), text(handle, "select current_user"), version)));
    if (text(handle, "select pg_is_in_recovery()::text").equals("true")) {
      findings.add(
          Finding.wrong(
              "POSTGRES_URL", "It is a read-only standby. POSTGRES_URL must name the primary."));
    }
    String encoding = text(handle, "show server_encoding");
    if (!encoding.equals("UTF8")) {
      findings.add(
          Finding.warning(
              "POSTGRES_URL",
              "The database's encoding is %s: results with other characters cannot be stored."
                      .formatted(encoding)
                  + " Use a database with the encoding UTF8."));
    }
  }

  private static String text(Handle handle, String sql) {
    return handle.createQuery(sql).mapTo(String.class).one();
  }

  private void tables(Layout layout, Catalog catalog) {
    findings.add(
        Finding.good(
            TABLE,
            "Table %s; columns %s."
                .formatted(
                    names.table(),
                    layout.columns().keySet().stream()
                        .sorted()
                        .map(names::column)
                        .collect(Collectors.joining(", ")))));
    layout.remarks().forEach(remark -> findings.add(Finding.warning(TABLE, remark)));
    findings.add(
        Finding.good(
            "POSTGRES_READY_STATUS",
            "Statuses: %s."
                .formatted(
                    Names.STATUSES.keySet().stream()
                        .map(names::status)
                        .distinct()
                        .collect(Collectors.joining(", ")))));
    changes(layout);
    comments(layout, catalog);
    rights(layout, catalog);
  }

  private void changes(Layout layout) {
    findings.add(
        layout.watched()
            ? Finding.good(TABLE, "Its trigger tells of every change at once.")
            : Finding.warning(
                TABLE,
                "It has no trigger of Nightdesk: new tasks are found when the queue is asked, or"
                    + " when a program says: notify nightdesk."));
    if (!layout.incremental()) {
      findings.add(
          Finding.warning(
              Names.settingOf(Column.UPDATED),
              "Every poll lists all open tasks. Where a column of type timestamptz is set by every"
                  + " change of a row, name it here, and polls ask for changes only."));
    }
  }

  private void comments(Layout layout, Catalog catalog) {
    if (layout.comments().isPresent()) {
      findings.add(Finding.good(COMMENTS, "Comments go to table %s.".formatted(names.comments())));
    } else if (names.create()
        && (catalog.mayCreate(names.comments()) || !layout.has(Column.RESULT))) {
      findings.add(toBeMade(catalog, COMMENTS, names.comments()));
    } else {
      findings.add(
          Finding.warning(
              COMMENTS,
              "There is no table %s: only the last text is kept, in column %s, and replies cannot"
                      .formatted(names.comments(), names.column(Column.RESULT))
                  + " be heard."));
    }
  }

  private void rights(Layout layout, Catalog catalog) {
    Catalog.Table tasks = catalog.find(names.table()).orElseThrow();
    boolean works =
        catalog.may(tasks, "select") && catalog.mayUpdate(tasks, names.column(Column.STATUS));
    if (!works) {
      findings.add(
          Finding.wrong(
              TABLE,
              "The user may not read it and change its column %s: grant select and update on %s."
                  .formatted(names.column(Column.STATUS), names.table())));
    } else if (!catalog.may(tasks, "insert")) {
      findings.add(
          Finding.warning(
              TABLE, "The user may not insert into it: nightdesk add will not work here."));
    }
    if (layout.comments().isPresent()) {
      Catalog.Table comments = catalog.find(names.comments()).orElseThrow();
      if (!catalog.may(comments, "select") || !catalog.may(comments, "insert")) {
        findings.add(
            Finding.wrong(
                COMMENTS,
                "The user may not read and insert: grant select and insert on %s."
                    .formatted(names.comments())));
      }
    }
  }
}
