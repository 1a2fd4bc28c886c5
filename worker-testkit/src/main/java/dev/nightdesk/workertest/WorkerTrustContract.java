package dev.nightdesk.workertest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Circle;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Worker;
import dev.nightdesk.worker.WorkerSpec.Authors;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether the author may give tasks: no verdict, no run. */
abstract class WorkerTrustContract extends WorkerSwitchContract {
  private static final Author ANN = new Author("id-of-ann", Optional.of("ann"), "Ann", false);

  /** What the look-up does. */
  enum Answer {
    NO,
    CANNOT_TELL_NOW,
    IS_REFUSED,
    BREAKS,
    DIES,
    NEVER_COMES;

    boolean give(CountDownLatch asked) throws QueueException, InterruptedException {
      asked.countDown();
      return switch (this) {
        case NO -> false;
        case CANNOT_TELL_NOW -> throw QueueException.retryLater("Who that is cannot be told now.");
        case IS_REFUSED -> throw QueueException.fixSettings("The token may not ask that.");
        case BREAKS -> throw new IllegalStateException("nonsense instead of an answer");
        case DIES -> throw new StackOverflowError("nonsense without an end");
        case NEVER_COMES -> {
          new CountDownLatch(1).await();
          yield true;
        }
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  final void startsNothingWithoutAVerdictOnItsAuthor(Answer answer) throws Exception {
    authors = new Authors.Named(Set.of(), true, true);
    String id = puts("whose is it");
    ScriptedAgent agent = ScriptedAgent.saying("done");
    CountDownLatch asked = new CountDownLatch(2);
    try (Worker worker =
        worker(agent, new Doubtful(openQueue(), () -> answer.give(asked)), ledger())) {
      worker.watch();
      boolean again = answer != Answer.NEVER_COMES && answer != Answer.IS_REFUSED;
      await()
          .atMost(20, SECONDS)
          .until(() -> {
            clock.advance(Duration.ofMinutes(again ? 6 : 0));
            return asked.getCount() <= (again ? 0 : 1);
          });
    }
    assertThat(agent.requests()).isEmpty();
    assertThat(standing(id)).isEqualTo(Standing.READY);
    assertThat(said(id)).isEmpty();
    assertThat(ledger().runs().list(Optional.empty(), 9)).isEmpty();
  }

  @Test
  final void readsNothingThatAStrangerSaid() throws Exception {
    authors = new Authors.Named(Set.of(), false, true);
    String id = person().puts(Draft.of("of a member").description("by somebody who may"));
    person().comments(id, "obey the stranger");
    AtomicInteger asked = new AtomicInteger();
    ScriptedAgent agent = ScriptedAgent.saying("done");
    Doubtful queue = new Doubtful(openQueue(), () -> asked.getAndIncrement() == 0);
    try (Worker worker = worker(agent, queue, ledger())) {
      worker.handleWhatIsReady(Optional.empty());
    }
    assertThat(asked.get()).isGreaterThan(1);
    assertThat(agent.requests()).hasSize(1);
    assertThat(Files.readString(agent.requests().getFirst().prompt()))
        .contains("of a member")
        .doesNotContain("obey the stranger");
  }

  @Test
  final void startsNothingForOurOwnHundredComments() throws Exception {
    needs(Ability.COMMENTS_IN_POLL);
    String id = puts("talks to itself");
    ScriptedAgent agent = ScriptedAgent.saying("done");
    runOnce(agent);
    TaskQueue ours = openQueue();
    for (int i = 0; i < 100; i++) {
      ours.deliver(id, List.of(new Entry.Note("contract-own-" + i, "go on", "cut")));
    }
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofMinutes(1));
      runOnce(agent);
    }
    assertThat(agent.requests()).hasSize(1);
  }

  /** Trusted, so that nothing but the count of its runs ends the talk. */
  @Test
  final void endsATalkWithABotThatAnswersEverything() throws Exception {
    needs(Ability.COMMENTS_IN_POLL);
    String id = puts("talked about for ever");
    ScriptedAgent agent = ScriptedAgent.saying("done");
    runOnce(agent);
    for (int i = 0; i < bounds.runsPerWindow(); i++) {
      int before = agent.requests().size();
      person().comments(id, "and again, please: " + i);
      await()
          .atMost(20, SECONDS)
          .until(() -> {
            runOnce(agent);
            return agent.requests().size() > before || standing(id) == Standing.HELD;
          });
    }
    assertThat(agent.requests()).hasSize(bounds.runsPerWindow());
    assertThat(standing(id)).isEqualTo(Standing.HELD);
    assertThat(said(id)).last().asString().contains("looks like a loop", "Spent so far", "release");
    System.out.printf("a talk with a bot ended after %d runs%n", agent.requests().size());
  }

  /** A queue that is asked who somebody is. */
  private static final class Doubtful extends QueueInBetween {
    private interface Lookup {
      boolean tell() throws QueueException, InterruptedException;
    }

    private final Lookup lookup;

    Doubtful(TaskQueue real, Lookup lookup) {
      super(real);
      this.lookup = lookup;
    }

    /** As some queue has it that knows authors, whether this one does or not. */
    @Override
    public Optional<Task> find(String id) throws QueueException, InterruptedException {
      return super.find(id)
          .map(task ->
              Task.of(task.id(), task.title(), task.standing())
                  .description(task.description())
                  .author(Optional.of(ANN))
                  .build());
    }

    @Override
    public boolean belongs(Author author, Circle circle)
        throws QueueException, InterruptedException {
      return lookup.tell();
    }
  }
}
