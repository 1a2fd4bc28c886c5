package dev.nightdesk.queue.todoist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.Exchange.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A canned Todoist, and a queue on its project. */
@Timeout(60)
abstract class TodoistStage {
  TodoistFixture fixture;
  CannedTodoist todoist;
  CannedState state;
  TaskQueue queue;
  private final List<TaskQueue> opened = new ArrayList<>();

  TodoistStage() {
    try {
      fixture = new TodoistFixture();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
    todoist = fixture.todoist();
    state = todoist.state;
    queue = fixture.open();
  }

  @BeforeEach
  final void begin() {
    opened.add(queue);
  }

  @AfterEach
  final void end() {
    opened.forEach(TaskQueue::close);
    fixture.close();
  }

  final TaskQueue another(String... settings) {
    TaskQueue other = fixture.open(settings);
    opened.add(other);
    return other;
  }

  final String puts(String title) throws Exception {
    return fixture.person().puts(Draft.of(title));
  }

  final Task found(String id) throws Exception {
    return queue.find(id).orElseThrow();
  }

  final void change(String id, Consumer<ObjectNode> change) {
    assertThat(state.change(id, change)).isTrue();
  }

  static Entry.Note note(String key) {
    return new Entry.Note(key, "Words of " + key, "Elsewhere.");
  }

  static Entry.Move move(String key, Standing to) {
    return new Entry.Move(key, to);
  }

  /** Answers requests for a path otherwise. */
  final void answers(String path, Reply reply) {
    todoist.instead(request ->
        request.path().startsWith("/api/v1/" + path) ? Optional.of(reply) : Optional.empty());
  }

  /** Has somebody do something just before the first request that fits is answered. */
  final void before(java.util.function.Predicate<Request> fits, Runnable act) {
    boolean[] done = {false};
    todoist.instead(request -> {
      synchronized (done) {
        if (!done[0] && fits.test(request)) {
          done[0] = true;
          act.run();
        }
      }
      return Optional.empty();
    });
  }

  static QueueException fails(QueueException.Kind kind, ThrowingCallable call) {
    QueueException failure = catchThrowableOfType(QueueException.class, call);
    assertThat(failure).as("a failure").isNotNull();
    assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
    assertThat(failure.getMessage()).isNotBlank().doesNotContain(CannedTodoist.TOKEN);
    return failure;
  }
}
