package dev.nightdesk.workertest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Worker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A queue with a real worker on it: tasks are done, stopped, held and handed over as a person would
 * expect, and whatever breaks, nothing is lost and nothing is written twice. An adapter's test
 * extends it and supplies the {@link dev.nightdesk.testkit.QueueFixture} that it has for {@link
 * dev.nightdesk.testkit.TaskQueueContract}.
 */
public abstract class WorkerContract extends WorkerOutageContract {

  /** Where a worker may die: at a call to its queue, before or after it took effect. */
  public record Death(String call, boolean after) {
    @Override
    public String toString() {
      return (after ? "after " : "before ") + call;
    }
  }

  /** Every write boundary, and the reads between them. */
  static Stream<Death> deaths() {
    return Stream.of("find", "comments", "claim", "deliver")
        .flatMap(call -> Stream.of(new Death(call, false), new Death(call, true)));
  }

  @ParameterizedTest
  @MethodSource("deaths")
  public final void losesAndRepeatsNothingThoughItDies(Death death) throws Exception {
    String id = puts("survives");
    TaskQueue mortal = new Mortal(openQueue(), death);
    try (Worker worker = worker(ScriptedAgent.saying("done"), mortal, ledger())) {
      worker.watch();
      await().atMost(30, SECONDS).until(() -> passTime(id, TaskState.REVIEW));
      await().atMost(30, SECONDS).until(() -> passes(id, Standing.REVIEW));
    }
    assertNothingTwice(id);
    assertThat(said(id)).filteredOn(text -> text.startsWith("Done.")).hasSize(1);
    assertThat(auditLines()).filteredOn(line -> line.contains("\"OK\"")).hasSize(1);
  }

  @Test
  public final void runsEachTaskOnceThoughTwoWorkersShareALedger() throws Exception {
    concurrency = 3;
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      ids.add(puts("shared " + i));
    }
    ScriptedAgent agent = ScriptedAgent.saying("done");
    try (Worker one = worker(agent);
        Worker two = worker(agent)) {
      one.watch();
      two.watch();
      for (String id : ids) {
        await().atMost(60, SECONDS).until(() -> standing(id) == Standing.REVIEW);
      }
    }
    assertThat(agent.requests()).hasSize(12);
    assertThat(auditLines()).hasSize(12);
  }

  @Test
  public final void letsOneOfTwoLedgersHaveATask() throws Exception {
    needs(Ability.EXCLUSIVE_CLAIM);
    String id = puts("fought over");
    AtomicInteger runs = new AtomicInteger();
    AgentRunner agent =
        new ScriptedAgent((request, voice) -> {
          runs.incrementAndGet();
          return voice.done("done");
        });
    Ledger elsewhere = Ledger.open(home.resolve("elsewhere"), Optional.empty(), clock);
    try (elsewhere;
        Worker one = worker(agent);
        Worker two = worker(agent, openQueue(), elsewhere)) {
      one.watch();
      two.watch();
      await().atMost(30, SECONDS).until(() -> standing(id) == Standing.REVIEW);
    }
    assertThat(runs).hasValue(1);
    assertThat(said(id)).hasSize(2);
  }

  /** A queue whose worker dies at the first such call. */
  private static final class Mortal implements TaskQueue {
    private final TaskQueue real;
    private final Death death;
    private boolean died;

    Mortal(TaskQueue real, Death death) {
      this.real = real;
      this.death = death;
    }

    private interface Call<T> {
      T make() throws QueueException, InterruptedException;
    }

    private <T> T mortal(String call, Call<T> real) throws QueueException, InterruptedException {
      boolean now = death.call().equals(call) && !died;
      died |= now;
      if (now && !death.after()) {
        throw new AssertionError("the worker dies " + death);
      }
      T answer = real.make();
      if (now) {
        throw new AssertionError("the worker dies " + death);
      }
      return answer;
    }

    @Override
    public Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
      return real.poll(cursor);
    }

    @Override
    public synchronized Optional<Task> find(String id) throws QueueException, InterruptedException {
      return mortal("find", () -> real.find(id));
    }

    @Override
    public synchronized List<Comment> comments(String id, Optional<Instant> since)
        throws QueueException, InterruptedException {
      return mortal("comments", () -> real.comments(id, since));
    }

    @Override
    public synchronized Claim claim(String id, List<Entry> entries)
        throws QueueException, InterruptedException {
      return mortal("claim", () -> real.claim(id, entries));
    }

    @Override
    public synchronized List<Receipt> deliver(String id, List<Entry> entries)
        throws QueueException, InterruptedException {
      return mortal("deliver", () -> real.deliver(id, entries));
    }

    @Override
    public String add(NewTask task) throws QueueException, InterruptedException {
      return real.add(task);
    }
  }
}
