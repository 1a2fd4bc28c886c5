package dev.nightdesk.testkit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.PushingQueue;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link TaskQueue} keeps to, on a good day and on a bad one. An adapter's test extends
 * it and supplies a {@link QueueFixture}; an adapter that passes behaves.
 *
 * <pre>{@code
 * class TodoistQueueTest extends TaskQueueContract {
 *   @Override
 *   protected QueueFixture fixture() {
 *     return new CannedTodoist();
 *   }
 * }
 * }</pre>
 *
 * <p>Every queue stands behind a {@link FaultProxy}, and every test gets a fixture of its own.
 */
public abstract class TaskQueueContract extends QueueWritingContract {
  private static final int CUTS = 24;

  @Test
  public final void knowsNothingOfNightdeskBesideTheSpiAndTheToolkit() {
    AdapterArrows.check(queue().getClass());
  }

  @Test
  public final void opensWhileTheServiceIsDownAndWorksOnceItIsUp() throws Exception {
    person().puts(Draft.of("there"));
    proxy().refuse();
    TaskQueue early = openAnother();
    assertRetriesLater(() -> early.poll(Optional.empty()));
    proxy().heal();
    await().atMost(30, SECONDS).until(() -> works(early));
    assertThat(early.poll(Optional.empty()).tasks()).hasSize(1);
  }

  @Test
  public final void saysRetryLaterWhenTheServiceIsDown() throws Exception {
    String id = person().puts(Draft.of("there"));
    listed();
    proxy().refuse();
    assertRetriesLater(() -> queue().poll(Optional.empty()));
    assertRetriesLater(() -> queue().find(id));
    assertRetriesLater(() -> queue().comments(id, Optional.empty()));
    assertRetriesLater(() -> queue().claim(id, List.of(note("mine"))));
    assertRetriesLater(() -> queue().deliver(id, List.of(note("done"))));
    assertRetriesLater(() -> queue().add(new NewTask("new", "", List.of(), 0)));
  }

  @Test
  public final void givesUpOnAServiceThatNeverAnswers() throws Exception {
    person().puts(Draft.of("there"));
    TaskQueue queue = openImpatient();
    queue.poll(Optional.empty());
    proxy().blackhole();
    assertRetriesLater(() -> queue.poll(Optional.empty()));
    assertRetriesLater(() -> queue.poll(Optional.empty()));
  }

  @Test
  public final void givesUpOnANewConnectionThatNeverAnswers() throws Exception {
    TaskQueue queue = openImpatient();
    proxy().blackhole();
    assertRetriesLater(() -> queue.poll(Optional.empty()));
  }

  @Test
  public final void givesUpOnAnAnswerOfOneByteASecond() throws Exception {
    person().puts(Draft.of("there"));
    TaskQueue queue = openImpatient();
    queue.poll(Optional.empty());
    proxy().drip(1);
    assertRetriesLater(() -> queue.poll(Optional.empty()));
  }

  @Test
  public final void bearsAServiceThatIsOnlySlow() throws Exception {
    person().puts(Draft.of("there"));
    proxy().latency(Duration.ofMillis(30));
    assertThat(listed()).hasSize(1);
  }

  @Test
  public final void neverTakesACutAnswerForAListing() throws Exception {
    List<Draft> drafts = IntStream.range(0, 50).mapToObj(i -> Draft.of("task " + i)).toList();
    person().puts(drafts);
    listed();
    int failed = 0;
    for (int i = 0; i < CUTS; i++) {
      long bytes = (long) i * i * 10;
      if (i % 2 == 0) {
        proxy().truncateAfter(bytes);
      } else {
        proxy().resetAfter(bytes);
      }
      failed += listsAllOrFails(drafts.size()) ? 0 : 1;
    }
    assertThat(failed).as("answers that were cut").isPositive();
    proxy().heal();
    await().atMost(30, SECONDS).until(() -> works(queue()));
  }

  private boolean listsAllOrFails(int all) throws Exception {
    try {
      assertThat(listed()).hasSize(all);
      return true;
    } catch (QueueException cut) {
      assertThat(cut.kind()).isEqualTo(QueueException.Kind.RETRY_LATER);
      return false;
    }
  }

  @Test
  public final void comesBackAfterAnOutage() throws Exception {
    String id = person().puts(Draft.of("there"));
    listed();
    proxy().refuse();
    assertRetriesLater(() -> queue().poll(Optional.empty()));
    person().renames(id, "renamed meanwhile");
    proxy().heal();
    await().atMost(30, SECONDS).until(() -> works(queue()));
    assertThat(listed()).extracting(Task::title).containsExactly("renamed meanwhile");
  }

  @Test
  public final void deliversOnceThoughTheReplyWasLost() throws Exception {
    String id = person().puts(Draft.of("to do"));
    queue().claim(id, List.of(note("Working on it")));
    Entry.Note done = note("done");
    List<Entry> entries = List.of(done, move(Standing.REVIEW));
    proxy().dropReplyTo(service().decisiveRequest());
    assertRetriesLater(() -> queue().deliver(id, entries));
    assertThat(proxy().dropped()).isEqualTo(1);
    await().atMost(30, SECONDS).until(() -> works(queue()));
    queue().deliver(id, entries);
    assertThat(written(id, done)).isEqualTo(1);
    assertThat(bodies(id)).hasSize(2);
    assertThat(found(id).standing()).isEqualTo(Standing.REVIEW);
  }

  @Test
  public final void claimsOnceThoughTheReplyWasLost() throws Exception {
    String id = person().puts(Draft.of("to do"));
    listed();
    List<Entry> entries = List.of(note("Working on it"));
    proxy().dropReplyTo(service().decisiveRequest());
    assertRetriesLater(() -> queue().claim(id, entries));
    assertThat(proxy().dropped()).isEqualTo(1);
    await().atMost(30, SECONDS).until(() -> works(queue()));
    assertThat(queue().claim(id, entries)).isInstanceOf(Claim.Taken.class);
    assertThat(bodies(id)).hasSize(1);
  }

  @Test
  public final void writesAllOrNothing() throws Exception {
    needs(Ability.ATOMIC_WRITES);
    String id = person().puts(Draft.of("to do"));
    queue().claim(id, List.of(note("Working on it")));
    person().closes(id);
    assertThatExceptionOfType(QueueException.class)
        .isThrownBy(() -> queue().deliver(id, List.of(note("done"), move(Standing.REVIEW))));
    assertThat(bodies(id)).hasSize(1);
  }

  @Test
  public final void endsACallWhenItsThreadIsInterrupted() throws Exception {
    listed();
    proxy().blackhole();
    FutureTask<Boolean> call =
        new FutureTask<>(() -> {
          try {
            queue().poll(Optional.empty());
            return false;
          } catch (InterruptedException ended) {
            return true;
          }
        });
    Thread caller = Thread.ofPlatform().start(call);
    await().atMost(10, SECONDS).until(() -> waits(caller));
    caller.interrupt();
    assertThat(call.get(10, SECONDS)).isTrue();
  }

  /** For another thread, or in the system's code for an answer. */
  private static boolean waits(Thread thread) {
    StackTraceElement[] at = thread.getStackTrace();
    return thread.getState() != Thread.State.RUNNABLE || (at.length > 0 && at[0].isNativeMethod());
  }

  @Test
  public final void wakesAfterAChangeAndAfterAnOutage() throws Exception {
    assumeTrue(queue() instanceof PushingQueue, "this queue does not push");
    AtomicInteger wakes = new AtomicInteger();
    ((PushingQueue) queue()).onChange(wakes::incrementAndGet);
    await().atMost(30, SECONDS).until(() -> wakes.get() > 0);
    int connected = wakes.get();
    String id = person().puts(Draft.of("new"));
    await().atMost(20, SECONDS).until(() -> wakes.get() > connected);
    int before = wakes.get();
    person().comments(id, "look here");
    await().atMost(20, SECONDS).until(() -> wakes.get() > before);
    int talking = wakes.get();
    proxy().refuse();
    proxy().heal();
    await().atMost(30, SECONDS).until(() -> wakes.get() > talking);
    queue().close();
  }

  @Test
  public final void mayBeClosedTwiceAndThenAnswersNothing() throws Exception {
    listed();
    queue().close();
    queue().close();
    assertRetriesLater(() -> queue().poll(Optional.empty()));
    TaskQueue unused = openAnother();
    unused.close();
    unused.close();
  }

  private static boolean works(TaskQueue queue) throws InterruptedException {
    try {
      queue.poll(Optional.empty());
      return true;
    } catch (QueueException notYet) {
      return false;
    }
  }

  /** Fails in time, in the way that lets a worker try again, and without telling a secret. */
  private void assertRetriesLater(ThrowingCallable call) {
    long start = System.nanoTime();
    QueueException failure = catchThrowableOfType(QueueException.class, call);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(service().bound());
    assertThat(failure).as("a failure").isNotNull();
    assertThat(failure.kind()).isEqualTo(QueueException.Kind.RETRY_LATER);
    assertThat(failure.getMessage()).isNotBlank();
  }
}
