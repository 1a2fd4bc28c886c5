package dev.nightdesk.queue.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where results go when there is no table of comments, or one that does not fit. */
@ExtendWith(TestServer.class)
@Timeout(60)
class ResultColumnTest {
  private TestDatabase database;

  @BeforeEach
  void open() throws Exception {
    database = new TestDatabase();
    database.run("create table tasks (id int primary key, title text, status text, result text)");
    database.run("insert into tasks values (1, 'x', 'pending', 'from before')");
  }

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  private TaskQueue withoutComments() {
    return database.queue("POSTGRES_CREATE", "false");
  }

  private String result() throws Exception {
    return database.ask("select result from tasks").getFirst();
  }

  @Test
  void putsTheTextInTheResultColumn() throws Exception {
    TaskQueue queue = withoutComments();
    queue.claim("1", List.of(note("Working on it, run 1")));
    assertThat(result()).isEqualTo("Working on it, run 1");
    queue.deliver("1", List.of(note("The result"), move(Standing.REVIEW)));
    assertThat(result()).isEqualTo("The result");
    assertThat(queue.find("1").map(Task::standing)).contains(Standing.REVIEW);
    assertThat(queue.comments("1", Optional.empty())).isEmpty();
    assertThat(queue.poll(queue.poll(Optional.empty()).cursor()).comments()).isEmpty();
  }

  @Test
  void knowsItsClaimByTheText() throws Exception {
    TaskQueue queue = withoutComments();
    List<Entry> mine = List.of(note("Working on it, run 1"));
    assertThat(queue.claim("1", mine)).isInstanceOf(Claim.Taken.class);
    assertThat(queue.claim("1", mine)).isInstanceOf(Claim.Taken.class);
    assertThat(withoutComments().claim("1", List.of(note("Working on it, run 2"))))
        .isInstanceOf(Claim.Refused.class);
    assertThat(queue.claim("1", List.of())).isInstanceOf(Claim.Refused.class);
  }

  @Test
  void repeatsADeliveryWithoutUndoingWhatAPersonDidSince() throws Exception {
    TaskQueue queue = withoutComments();
    queue.claim("1", List.of(note("Working on it, run 1")));
    List<Entry> entries = List.of(note("The result"), move(Standing.REVIEW));
    queue.deliver("1", entries);
    database.run("update tasks set status = 'done'");
    queue.deliver("1", entries);
    assertThat(database.ask("select status from tasks")).containsExactly("done");
  }

  @Test
  void leavesTheResultOfAClosedTaskAlone() throws Exception {
    TaskQueue queue = withoutComments();
    queue.claim("1", List.of(note("Working on it, run 1")));
    database.run("update tasks set status = 'done', result = 'did it myself'");
    QueueException gone =
        catchThrowableOfType(
            QueueException.class, () -> queue.deliver("1", List.of(note("The result"))));
    assertThat(gone.kind()).isEqualTo(QueueException.Kind.GONE);
    assertThat(result()).isEqualTo("did it myself");
  }

  @Test
  void usesTheResultColumnWhereItMayNotCreateATable() throws Exception {
    String role = database.roleThatMay("select, update");
    TaskQueue queue = database.queueOf(role);
    queue.claim("1", List.of(note("Working on it, run 1")));
    assertThat(result()).isEqualTo("Working on it, run 1");
    assertThat(queue.check())
        .anyMatch(finding -> finding.message().contains("only the last text is kept"))
        .anyMatch(finding -> finding.message().contains("nightdesk add will not work"));
  }

  @Test
  void refusesToStartWithNeither() throws Exception {
    database.run("alter table tasks rename column result to outcome");
    assertThat(refusal(() -> withoutComments().poll(Optional.empty())))
        .contains("task_comments", "POSTGRES_CREATE", "POSTGRES_RESULT_COLUMN");
    String role = database.roleThatMay("select, update");
    assertThat(refusal(() -> database.queueOf(role).poll(Optional.empty())))
        .contains("task_comments", "permission denied");
  }

  @Test
  void saysWhichRightsAreMissing() throws Exception {
    String role = database.roleThatMay("select");
    TaskQueue queue = database.queueOf(role);
    queue.poll(Optional.empty());
    assertThat(refusal(() -> queue.claim("1", List.of(note("mine")))))
        .contains("permission denied", "select, insert and update", "POSTGRES_USER");
    assertThat(queue.check())
        .anyMatch(finding -> finding.message().contains("grant select and update on tasks"));
  }

  @Test
  void refusesACommentsTableThatCannotKeepAKey() throws Exception {
    database.run("create table task_comments (id serial, task_id int, body text)");
    assertThat(refusal(() -> database.queue().poll(Optional.empty())))
        .contains("entry_key, created_at");
    database.run(
        "alter table task_comments add entry_key text, add created_at timestamptz default now()");
    assertThat(refusal(() -> database.queue().poll(Optional.empty())))
        .contains("create unique index");
    database.run("create unique index on task_comments (entry_key)");
    TaskQueue queue = database.queue();
    queue.claim("1", List.of(note("mine")));
    assertThat(queue.comments("1", Optional.empty())).hasSize(1);
  }

  private static Entry.Note note(String body) {
    return new Entry.Note("result:" + System.nanoTime(), body, "");
  }

  private static Entry.Move move(Standing to) {
    return new Entry.Move("result:" + System.nanoTime(), to);
  }

  private static String refusal(ThrowingCallable call) {
    QueueException refused = catchThrowableOfType(QueueException.class, call);
    assertThat(refused).isNotNull();
    assertThat(refused.kind()).isEqualTo(QueueException.Kind.FIX_SETTINGS);
    return String.valueOf(refused.getMessage());
  }
}
