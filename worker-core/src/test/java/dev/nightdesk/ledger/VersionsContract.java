package dev.nightdesk.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;

/** Builds of different age on one ledger. */
abstract class VersionsContract extends ExecutionsStage {
  /** What a later build may do: it only adds. */
  private static final List<String> LATER =
      List.of(
          "alter table task add column later text not null default 'x'",
          "alter table run add column later bigint not null default 7",
          "alter table entry add column later text",
          "alter table scheduled_tasks add column later text",
          "alter table switch add column later text",
          "alter table worker add column later text",
          "alter table worker_account add column later text",
          "alter table alert add column later text",
          "alter table head add column later text",
          "alter table stop_task add column later text",
          "alter table arrival add column later text",
          "create table later (id bigint primary key)");

  /** Goes over to an empty database, in a home of its own. */
  abstract FluentConfiguration emptyDatabase() throws Exception;

  @Test
  void worksOnBesideALaterBuildThatAddedToItsTables() throws Exception {
    seeAll(ready("1"), ready("2"));
    RunTicket before = begin("1");

    LATER.forEach(this::sql);
    sql(
        "insert into nightdesk_migrations (installed_rank, version, description, type, script,"
            + " checksum, installed_by, installed_on, execution_time, success) values"
            + " (999, '999', 'later', 'SQL', 'V999__later.sql', 0, 'ann', current_timestamp, 1,"
            + " true)");

    Entry note = new Entry.Note("k1", "Done.", "whole");
    assertThat(
            ledger
                .runs()
                .conclude(before, ended(RunStatus.OK, TaskState.REVIEW, "0.25", List.of(note))))
        .isTrue();
    assertThat(ledger.outbox().pending(key("1"))).hasSize(1);
    assertThat(ledger.switches().all()).isEmpty();
    assertCarries(elsewhere(), "2");
    assertWritesToAllTables();
  }

  private void assertWritesToAllTables() {
    ledger.switches().stop(Optional.empty(), "a test");
    seeChanged(
        "later", Task.of("3", "Stop", Standing.READY).labels(List.of(Task.STOP_LABEL)).build());
    assertThat(ledger.switches().all()).hasSize(2);
    ledger.switches().alert(Optional.empty(), WORKER, "a test");
    ledger.switches().holdAccount(WORKER, "account", Optional.empty(), "a test");
    ledger.heads().put(1, "0");
    assertThat(ledger.heads().get()).isPresent();
    assertThat(ledger.arrivals().note(Duration.ofMinutes(1))).isZero();
  }

  /** Of a build that starts only now, and whose tables are older than those it finds. */
  private void assertCarries(Ledger where, String id) throws InterruptedException {
    BlockingQueue<RunTicket> tickets = new LinkedBlockingQueue<>();
    Executions executions =
        executions(
            where,
            1,
            (key, pulse) -> {
              tickets.add(begin(where, key.id(), "1"));
              return new Next.Done();
            });
    executions.start();
    executions.offer(key(id), 0);
    assertThat(where.runs().conclude(next(tickets), ended(RunStatus.OK, TaskState.REVIEW)))
        .isTrue();
  }

  @Test
  void bringsTheTablesOfTheFirstBuildUpToDateWithAllThatIsInThem() throws Exception {
    Flyway first = emptyDatabase().table("nightdesk_migrations").target("1").load();
    first.migrate();
    assertThat(first.info().current().getVersion().getVersion()).isEqualTo("1");
    sql(
        "insert into "
            + (url.isPresent() ? "nightdesk." : "")
            + "task (worker, id, title, priority, picture, state, next_cause, spent)"
            + " values ('writer', '1', 'Old', 0, 0, 'READY', 'RETRY', 250000)");

    Ledger today = open(home);

    assertThat(today.tasks().find(key("1")).orElseThrow().spentUsd()).isEqualByComparingTo("0.25");
    assertThat(begin(today, "1", "1").cause()).isEqualTo(Cause.RETRY);
  }
}
