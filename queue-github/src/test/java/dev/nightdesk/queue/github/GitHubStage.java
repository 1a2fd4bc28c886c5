package dev.nightdesk.queue.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Person;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A repository, a queue on it, and somebody with a browser. */
@Timeout(60)
abstract class GitHubStage {
  private final List<TaskQueue> opened = new ArrayList<>();
  private GitHubFixture fixture;
  private TaskQueue queue;

  @BeforeEach
  final void start() throws Exception {
    fixture = new GitHubFixture(new CannedGitHub());
    queue = open(Map.of());
  }

  @AfterEach
  final void stop() {
    opened.forEach(TaskQueue::close);
    fixture.close();
  }

  final TaskQueue open(Map<String, String> settings) {
    TaskQueue another = fixture.open(settings);
    opened.add(another);
    return another;
  }

  final TaskQueue open(InstantSource clock) {
    TaskQueue another = fixture.open(clock);
    opened.add(another);
    return another;
  }

  final CannedGitHub github() {
    return fixture.github();
  }

  final TaskQueue queue() {
    return queue;
  }

  final Person person() {
    return fixture.person();
  }

  final String puts(String title) throws Exception {
    return person().puts(Draft.of(title));
  }

  /** Makes what happened so far old. */
  final void longAgo(String id) {
    synchronized (github()) {
      CannedIssues.Issue issue = github().issues.get(id);
      issue
          .json
          .put("updated_at", "2026-01-01T00:00:00Z")
          .put("created_at", "2026-01-01T00:00:00Z");
      issue.written = Instant.EPOCH;
    }
  }

  final Poll whole() throws Exception {
    return queue.poll(Optional.empty());
  }

  static Entry.Note note(String key, String body) {
    return new Entry.Note(key, body, "The whole text is elsewhere.");
  }

  static QueueException failure(ThrowingCallable call) {
    QueueException failure = catchThrowableOfType(QueueException.class, call);
    assertThat(failure).isNotNull();
    assertThat(failure.getMessage()).doesNotContain(CannedGitHub.TOKEN, "ghs_");
    return failure;
  }
}
