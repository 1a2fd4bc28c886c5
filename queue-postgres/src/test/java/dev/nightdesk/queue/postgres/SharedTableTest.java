package dev.nightdesk.queue.postgres;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** What several who share the tables do to one another. */
@ExtendWith(TestServer.class)
@Timeout(60)
class SharedTableTest {
  private static final int ROWS = 200;
  private static final int WORKERS = 20;

  private TestDatabase database;

  @BeforeEach
  void open() throws Exception {
    database = new TestDatabase();
  }

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  @Test
  void makesTheTablesOnceHoweverManyStartAtOnce() throws Exception {
    List<Callable<Integer>> firstUses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      TaskQueue queue = database.queue();
      firstUses.add(() -> queue.poll(Optional.empty()).tasks().size());
    }
    assertThat(atOnce(firstUses)).containsOnly(0);
  }

  @Test
  void givesEveryRowToOneWorkerOnly() throws Exception {
    TaskQueue one = database.queue();
    TaskQueue other = database.queue();
    one.poll(Optional.empty());
    database.run("insert into tasks (title) select 'task ' || n from generate_series(1, 200) n");
    List<String> ids = one.poll(Optional.empty()).tasks().stream().map(Task::id).toList();
    Map<String, AtomicInteger> taken = new ConcurrentHashMap<>();
    List<Callable<Integer>> workers = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      int worker = i;
      workers.add(() -> claimAll(worker % 2 == 0 ? one : other, worker, ids, taken));
    }
    assertThat(atOnce(workers).stream().mapToInt(Integer::intValue).sum()).isEqualTo(ROWS);
    assertThat(taken).hasSize(ROWS);
    assertThat(taken.values()).allMatch(times -> times.get() == 1);
    assertThat(database.ask("select count(*) from task_comments")).containsExactly("200");
    assertThat(database.ask("select count(*) from tasks where status = 'running'"))
        .containsExactly("200");
  }

  private static int claimAll(
      TaskQueue queue, int worker, List<String> ids, Map<String, AtomicInteger> taken)
      throws Exception {
    int mine = 0;
    for (String id : ids) {
      Entry note = new Entry.Note("w" + worker + ":" + id, "Working on it", "");
      if (queue.claim(id, List.of(note)) instanceof Claim.Taken) {
        taken.computeIfAbsent(id, any -> new AtomicInteger()).incrementAndGet();
        mine++;
      }
    }
    return mine;
  }

  @Test
  void letsAWorkerHandBackATaskOnceAndNotTakeItFromTheNext() throws Exception {
    TaskQueue one = database.queue();
    TaskQueue other = database.queue();
    String id = one.add(new NewTask("x", "", List.of(), 0));
    one.claim(id, List.of(new Entry.Note("one:claim", "Working on it", "")));
    List<Entry> handBack =
        List.of(
            new Entry.Note("one:back", "I stop here", ""),
            new Entry.Move("one:ready", Standing.READY));
    one.deliver(id, handBack);
    other.claim(id, List.of(new Entry.Note("other:claim", "Working on it", "")));
    one.deliver(id, handBack);
    assertThat(one.find(id).map(Task::standing)).contains(Standing.WORKING);
  }

  @Test
  void skipsARowThatAPersonIsChanging() throws Exception {
    TaskQueue queue = database.queue();
    String id = queue.add(new NewTask("x", "", List.of(), 0));
    try (Connection editor = another();
        Statement statement = editor.createStatement()) {
      editor.setAutoCommit(false);
      statement.execute("update tasks set title = 'not yet saved'");
      Entry note = new Entry.Note("skip:1", "Working on it", "");
      assertThat(queue.claim(id, List.of(note))).isInstanceOf(Claim.Refused.class);
      editor.rollback();
      assertThat(queue.claim(id, List.of(note))).isInstanceOf(Claim.Taken.class);
    }
  }

  @Test
  void claimsARowOnWhichAPersonIsWritingAComment() throws Exception {
    TaskQueue queue = database.queue();
    String id = queue.add(new NewTask("x", "", List.of(), 0));
    try (Connection editor = another();
        Statement statement = editor.createStatement()) {
      editor.setAutoCommit(false);
      statement.execute("insert into task_comments (task_id, body) values (" + id + ", 'hm')");
      Entry note = new Entry.Note("hm:1", "Working on it", "");
      assertThat(queue.claim(id, List.of(note))).isInstanceOf(Claim.Taken.class);
      editor.rollback();
    }
  }

  /** Made a minute ago, between two polls, and saved after three more. */
  @Test
  void hearsOfChangesThatAreSavedLongAfterTheyWereMade() throws Exception {
    TaskQueue queue = database.queue();
    String id = queue.add(new NewTask("discussed", "", List.of(), 0));
    Optional<String> cursor = queue.poll(Optional.empty()).cursor().map(SharedTableTest::earlier);
    try (Connection slow = another();
        Statement statement = slow.createStatement()) {
      statement.execute("set session_replication_role = replica");
      slow.setAutoCommit(false);
      statement.execute(
          "insert into tasks (title, updated_at) values ('late', now() - interval '1 minute')");
      statement.execute(
          "insert into task_comments (task_id, body, created_at) values (%s, 'late too', now() - interval '1 minute')"
              .formatted(id));
      for (int i = 0; i < 3; i++) {
        Poll poll = queue.poll(cursor);
        assertThat(poll.comments()).isEmpty();
        cursor = poll.cursor();
      }
      slow.commit();
    }
    Poll poll = queue.poll(cursor);
    assertThat(poll.tasks()).extracting(Task::title).contains("late");
    assertThat(poll.comments()).extracting(Comment::body).containsExactly("late too");
  }

  /** Sooner than the overlap with the last poll would let it rest. */
  @Test
  void givesAChangeOnce() throws Exception {
    TaskQueue queue = database.queue();
    String first = queue.poll(Optional.empty()).cursor().orElseThrow();
    String id = queue.add(new NewTask("new", "", List.of(), 0));
    Poll poll = queue.poll(Optional.of(first));
    assertThat(poll.tasks()).extracting(Task::id).containsExactly(id);
    AtomicReference<Optional<String>> cursor = new AtomicReference<>(poll.cursor());
    await()
        .atMost(4, SECONDS)
        .until(() -> {
          Poll next = queue.poll(Objects.requireNonNull(cursor.get()));
          cursor.set(next.cursor());
          return next.tasks().isEmpty();
        });
  }

  private static String earlier(String cursor) {
    long minutes = 120_000_000;
    Cursor now = Cursor.parse(cursor).orElseThrow();
    return new Cursor(
            now.print(), now.floor() - minutes, now.open(), now.mark() - minutes, now.markNumber())
        .toString();
  }

  @Test
  void wakesForAnyProgramThatNotifies() throws Exception {
    database.run("create table tasks (id int, title text, status text)");
    PostgresQueue queue = database.queue();
    AtomicInteger wakes = new AtomicInteger();
    queue.onChange(wakes::incrementAndGet);
    await().atMost(20, SECONDS).until(() -> wakes.get() > 0);
    int before = wakes.get();
    database.run("notify nightdesk");
    await().atMost(20, SECONDS).until(() -> wakes.get() > before);
  }

  @Test
  void tellsWhatPeopleDoAndNotWhatWorkersDo() throws Exception {
    PostgresQueue queue = database.queue();
    String id = queue.add(new NewTask("to do", "", List.of(), 0));
    try (Connection listening = another();
        Statement statement = listening.createStatement()) {
      statement.execute("listen nightdesk");
      queue.claim(id, List.of(new Entry.Note("one", "Working on it", "")));
      queue.deliver(id, List.of(new Entry.Move("two", Standing.REVIEW)));
      database.run("select pg_notify('nightdesk', 'worked')");
      assertThat(heardUntil(listening, "worked")).isEmpty();
      database.run("update tasks set title = 'other words'");
      database.run("insert into task_comments (task_id, body) values (" + id + ", 'more, please')");
      queue.deliver(id, List.of(new Entry.Move("three", Standing.READY)));
      queue.add(new NewTask("another", "", List.of(), 0));
      database.run("select pg_notify('nightdesk', 'all')");
      assertThat(heardUntil(listening, "all")).hasSize(4);
    }
  }

  private static List<String> heardUntil(Connection listening, String last) throws Exception {
    List<String> heard = new ArrayList<>();
    while (!heard.contains(last)) {
      for (PGNotification one : listening.unwrap(PGConnection.class).getNotifications(10_000)) {
        heard.add(one.getParameter());
      }
    }
    heard.remove(last);
    return heard;
  }

  private Connection another() throws Exception {
    var server = TestServer.get();
    return DriverManager.getConnection(
        database.url(database.address()), server.user(), server.password().reveal());
  }

  private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
    List<T> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<T> answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
    }
    return answers;
  }
}
