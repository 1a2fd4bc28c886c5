package dev.nightdesk.queue.airtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Exchange.Request;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** One queue on a canned table. */
@Timeout(60)
abstract class AirtableStage {
  private Optional<AirtableFixture> opened = Optional.empty();
  private Optional<TaskQueue> first = Optional.empty();

  @BeforeEach
  final void open() throws IOException {
    opened = Optional.of(new AirtableFixture());
    first = Optional.of(open(Map.of()));
  }

  @AfterEach
  final void close() {
    first.ifPresent(TaskQueue::close);
    opened.ifPresent(AirtableFixture::close);
  }

  final AirtableFixture fixture() {
    return opened.orElseThrow();
  }

  final CannedAirtable service() {
    return fixture().service;
  }

  final TaskQueue queue() {
    return first.orElseThrow();
  }

  final TaskQueue open(Map<String, String> settings) {
    return fixture().open(settings);
  }

  final Poll poll() throws Exception {
    return queue().poll(Optional.empty());
  }

  final Poll after(Poll poll) throws Exception {
    return queue().poll(poll.cursor());
  }

  final List<String> paths() {
    return service().requests().stream().map(Request::path).toList();
  }

  static Entry.Note note(String key, String body) {
    return new Entry.Note(key, body, "Whole elsewhere.");
  }

  static QueueException refusal(ThrowingCallable call) {
    QueueException refusal = catchThrowableOfType(QueueException.class, call);
    assertThat(refusal).as("a refusal").isNotNull();
    assertThat(refusal.getMessage()).doesNotContain(CannedAirtable.TOKEN, "patCanned");
    return refusal;
  }
}
