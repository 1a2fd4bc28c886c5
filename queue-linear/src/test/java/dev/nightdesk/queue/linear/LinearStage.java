package dev.nightdesk.queue.linear;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.FaultProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What tests of the queue share: the canned Linear and one queue on it. */
@Timeout(60)
abstract class LinearStage {
  private static final AtomicInteger KEYS = new AtomicInteger();

  private final List<TaskQueue> opened = new ArrayList<>();
  private LinearFixture fixture;
  private TaskQueue queue;

  @BeforeEach
  final void open() throws Exception {
    fixture = new LinearFixture();
    queue = with(Map.of());
  }

  @AfterEach
  final void close() {
    opened.forEach(TaskQueue::close);
    fixture.close();
  }

  final TaskQueue with(Map<String, String> settings) {
    TaskQueue another = fixture.with(settings);
    opened.add(another);
    return another;
  }

  final TaskQueue queue() {
    return queue;
  }

  final CannedLinear linear() {
    return fixture.linear();
  }

  final LinearWorkspace person() {
    return linear().workspace();
  }

  final LinearStore store() {
    return linear().store();
  }

  final Task found(String id) throws Exception {
    return queue.find(id).orElseThrow();
  }

  static Entry.Note note(String body) {
    return new Entry.Note("run_1:" + KEYS.incrementAndGet(), body, "The rest is elsewhere.");
  }

  static Entry.Move move(Standing to) {
    return new Entry.Move("run_1:" + KEYS.incrementAndGet(), to);
  }

  static QueueException failure(ThrowingCallable call) {
    QueueException failure = catchThrowableOfType(QueueException.class, call);
    if (failure == null) {
      throw new AssertionError("nothing failed");
    }
    return failure;
  }

  /** Answers every request so. */
  final void answers(Reply reply) {
    linear().instead(request -> Optional.of(reply));
  }

  /** Does something just before the next request that holds this text is answered. */
  final void before(String text, Runnable deed) {
    AtomicBoolean done = new AtomicBoolean();
    linear()
        .instead(request -> {
          if (request.body().contains(text) && done.compareAndSet(false, true)) {
            deed.run();
          }
          return Optional.empty();
        });
  }

  /** The setting by which a queue reaches Linear through a proxy. */
  static Map<String, String> through(FaultProxy proxy) {
    return Map.of(
        "LINEAR_API_URL", "http://127.0.0.1:%d/graphql".formatted(proxy.address().getPort()));
  }

  /** Makes issues that nobody has touched for long. */
  final void longAgo(List<String> ids) {
    for (String id : ids) {
      Map<String, Object> issue = store().issue(id).orElseThrow();
      issue.put("updatedAt", "2026-01-01T00:00:00.000Z");
      store().put(issue);
    }
  }

  final Optional<String> cursor() throws Exception {
    return queue.poll(Optional.empty()).cursor();
  }
}
