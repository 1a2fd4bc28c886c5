package dev.nightdesk.workertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.audit.AuditLog;
import dev.nightdesk.audit.HeadStore;
import dev.nightdesk.gate.Bounds;
import dev.nightdesk.ledger.Heads;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.ledger.TaskRow;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.ledger.Timings;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.FaultProxy;
import dev.nightdesk.testkit.Person;
import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.SettableClock;
import dev.nightdesk.worker.Office;
import dev.nightdesk.worker.Redaction;
import dev.nightdesk.worker.Step;
import dev.nightdesk.worker.Worker;
import dev.nightdesk.worker.Worker.Tally;
import dev.nightdesk.worker.WorkerSpec;
import dev.nightdesk.worker.WorkerSpec.Authors;
import dev.nightdesk.worker.WorkerSpec.Expectations;
import dev.nightdesk.worker.WorkerSpec.Registry;
import dev.nightdesk.worker.WorkerSpec.Surroundings;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What the parts of {@link WorkerContract} share: a queue, a ledger, and workers made on demand.
 */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
abstract class WorkerStage {
  static final String NAME = "tester";
  static final Duration HEARTBEAT = Duration.ofMillis(400);
  static final String SECRET = "hunter2-hunter2-hunter2";

  /** On a clock that a test moves on, nobody is to be taken for dead. */
  private static final Timings BRISK = new Timings(HEARTBEAT, 100, Duration.ofMillis(50));

  @TempDir Path home = Path.of("");

  /** A whole second, since some services tell times in nothing finer. */
  final SettableClock clock = new SettableClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));

  final List<String> alerts = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private QueueFixture fixture;
  private FaultProxy proxy;
  private Ledger ledger;
  private TaskQueue queue;

  // What a test may change before it makes a worker.
  RunLimits limits =
      new RunLimits(
          Duration.ofMinutes(5), Optional.empty(), 200, new BigDecimal("5"), 1 << 20, 64 << 20);
  Bounds bounds =
      new Bounds(3, new BigDecimal("5"), new BigDecimal("20"), Optional.empty(), Bounds.LOOP);
  Authors authors = new Authors.Anyone();
  int concurrency = 1;
  Step.Listener steps = (step, key) -> {};

  /** Makes an empty queue. */
  protected abstract QueueFixture fixture() throws Exception;

  @BeforeEach
  final void open() throws Exception {
    fixture = fixture();
    proxy = FaultProxy.before(fixture.address());
    ledger = Ledger.open(home, Optional.empty(), clock);
    queue = openQueue();
  }

  @AfterEach
  final void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
    ledger.close();
    proxy.close();
    fixture.close();
  }

  final TaskQueue openQueue() throws Exception {
    TaskQueue another = fixture.open(proxy.address());
    opened.add(another);
    return another;
  }

  final Person person() {
    return fixture.person();
  }

  final FaultProxy proxy() {
    return proxy;
  }

  final QueueFixture service() {
    return fixture;
  }

  final Ledger ledger() {
    return ledger;
  }

  final void needs(Ability ability) {
    Assumptions.assumeTrue(
        fixture.abilities().contains(ability), () -> "this queue does not have " + ability);
  }

  final Worker worker(AgentRunner agent) throws Exception {
    return worker(agent, openQueue(), ledger);
  }

  final Worker worker(AgentRunner agent, TaskQueue on, Ledger with) {
    Surroundings around =
        new Surroundings(
            home,
            false,
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            false,
            Optional.empty(),
            Allowance.ALL);
    WorkerSpec spec =
        new WorkerSpec(
            NAME,
            "contract",
            on,
            "scripted",
            agent,
            Duration.ofMillis(100),
            concurrency,
            limits,
            bounds,
            Optional.empty(),
            new Expectations(false, List.of()),
            authors,
            around,
            new Registry(Optional.of("ann"), Optional.empty(), Optional.empty()));
    Worker worker = new Worker(spec, office(with));
    opened.add(worker);
    return worker;
  }

  final Office office(Ledger with) {
    return new Office(
        with,
        audit(with),
        (worker, key, text) -> alerts.add(text),
        new Redaction(List.of(Secret.of(SECRET))),
        BRISK,
        steps);
  }

  final AuditLog audit(Ledger with) {
    return AuditLog.open(home.resolve("runs.jsonl"), new HeadsOf(with.heads()));
  }

  private record HeadsOf(Heads heads) implements HeadStore {
    @Override
    public Optional<Head> get() {
      return heads.get().map(head -> new Head(head.lines(), head.sha256()));
    }

    @Override
    public void put(long lines, String sha256) {
      heads.put(lines, sha256);
    }
  }

  /** Handles what is ready now, as {@code nightdesk run} does. */
  final Tally runOnce(AgentRunner agent) throws Exception {
    try (Worker worker = worker(agent)) {
      return worker.handleWhatIsReady(Optional.empty());
    }
  }

  final String puts(String title) throws Exception {
    return person().puts(Draft.of(title));
  }

  final TaskRow row(String id) {
    return ledger
        .tasks()
        .find(new TaskKey(NAME, id))
        .orElseThrow(() -> new AssertionError("the ledger does not know task " + id));
  }

  final boolean is(String id, TaskState state) {
    return ledger
        .tasks()
        .find(new TaskKey(NAME, id))
        .filter(row -> row.state() == state)
        .isPresent();
  }

  final Standing standing(String id) throws Exception {
    return queue
        .find(id)
        .orElseThrow(() -> new AssertionError("the queue does not have task " + id))
        .standing();
  }

  /** Whether a task came to stand there in its queue; a while passes where it did not. */
  final boolean passes(String id, Standing to) throws Exception {
    return there(standing(id) == to);
  }

  /** The same of the ledger. */
  final boolean passes(String id, TaskState to) {
    return there(is(id, to));
  }

  /**
   * The pauses after a failure are long, and are counted on a clock that stands still by itself. It
   * moves only where something is waited for, no faster than what lives can keep up with.
   */
  private boolean there(boolean already) {
    if (!already) {
      clock.advance(Duration.ofMillis(500));
    }
    return already;
  }

  /** What the worker wrote on a task, in its order. */
  final List<String> said(String id) throws Exception {
    return queue.comments(id, Optional.empty()).stream()
        .filter(comment -> comment.key().isPresent())
        .map(Comment::body)
        .toList();
  }

  final void assertNothingTwice(String id) throws Exception {
    assertThat(queue.comments(id, Optional.empty()))
        .filteredOn(comment -> comment.key().isPresent())
        .extracting(Comment::key)
        .doesNotHaveDuplicates();
  }

  /** The lines of the audit log, whose chain must hold. */
  final List<String> auditLines() throws IOException {
    assertThat(audit(ledger).verify().problems()).isEmpty();
    Path file = home.resolve("runs.jsonl");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }
}
