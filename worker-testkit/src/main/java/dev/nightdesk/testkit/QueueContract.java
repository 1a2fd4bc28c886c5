package dev.nightdesk.testkit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the parts of {@link TaskQueueContract} share: one queue, and somebody else at it. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
abstract class QueueContract {
  private static final AtomicLong KEYS = new AtomicLong(System.nanoTime());

  private final List<TaskQueue> opened = new ArrayList<>();
  private QueueFixture fixture;
  private FaultProxy proxy;
  private TaskQueue queue;

  /** Makes an empty queue. */
  protected abstract QueueFixture fixture() throws Exception;

  @BeforeEach
  final void open() throws Exception {
    fixture = fixture();
    proxy = FaultProxy.before(fixture.address());
    queue = openAnother();
  }

  @AfterEach
  final void close() throws Exception {
    opened.forEach(TaskQueue::close);
    if (proxy != null) {
      proxy.close();
    }
    if (fixture != null) {
      fixture.close();
    }
  }

  final TaskQueue openAnother() throws Exception {
    TaskQueue another = fixture.open(proxy.address());
    opened.add(another);
    return another;
  }

  final TaskQueue openImpatient() throws Exception {
    TaskQueue impatient = fixture.openImpatient(proxy.address());
    opened.add(impatient);
    return impatient;
  }

  final TaskQueue queue() {
    return queue;
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

  final boolean can(Ability ability) {
    return fixture.abilities().contains(ability);
  }

  final void needs(Ability ability) {
    assumeTrue(can(ability), () -> "this queue does not have " + ability);
  }

  static String key(String step) {
    return "contract:" + KEYS.incrementAndGet() + ":" + step;
  }

  static Entry.Note note(String body) {
    return new Entry.Note(key("note"), body, "The whole text is elsewhere.");
  }

  static Entry.Move move(Standing to) {
    return new Entry.Move(key("move"), to);
  }

  final Task found(String id) throws Exception {
    return queue.find(id).orElseThrow(() -> new AssertionError("there is no task " + id));
  }

  /** Everything open. */
  final List<Task> listed() throws Exception {
    return queue.poll(Optional.empty()).tasks();
  }

  final List<String> bodies(String id) throws Exception {
    return queue.comments(id, Optional.empty()).stream().map(comment -> comment.body()).toList();
  }

  final long written(String id, Entry entry) throws Exception {
    return queue.comments(id, Optional.empty()).stream()
        .filter(comment -> comment.key().filter(entry.key()::equals).isPresent())
        .count();
  }

  /** Polls until what happened so far is old news, and returns the cursor that is up to date. */
  final String settled() throws Exception {
    Optional<String> cursor = queue.poll(Optional.empty()).cursor();
    long end = System.nanoTime() + SECONDS.toNanos(30);
    while (System.nanoTime() < end) {
      assertThat(cursor).as("cursor of a queue that gives changes").isPresent();
      Poll poll = queue.poll(cursor);
      cursor = poll.cursor();
      if (poll.tasks().isEmpty() && poll.comments().isEmpty()) {
        return cursor.orElseThrow();
      }
      Thread.sleep(20);
    }
    throw new AssertionError("polls go on giving what did not change");
  }
}
