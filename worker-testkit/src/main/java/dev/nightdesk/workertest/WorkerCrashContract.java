package dev.nightdesk.workertest;

import static dev.nightdesk.spi.Standing.REVIEW;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.testkit.Thorough;
import dev.nightdesk.worker.Step;
import dev.nightdesk.worker.Worker;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * A worker that dies at every {@link Step}: at each with another task, so that whoever goes on
 * finds all the pictures that a death can leave behind.
 */
abstract class WorkerCrashContract extends WorkerOutageContract {

  /** Dies with one task after the other, and does nothing more with what it died with. */
  private static final class Mortal implements Step.Listener {
    private final Map<String, Step> fates;
    private final Map<String, Step> last = new ConcurrentHashMap<>();
    private final Set<String> dead = ConcurrentHashMap.newKeySet();

    Mortal(Map<String, Step> fates) {
      this.fates = Map.copyOf(fates);
    }

    @Override
    public void reached(Step step, TaskKey key) {
      last.put(key.id(), step);
      boolean now = step == fates.get(key.id());
      if (now) {
        dead.add(key.id());
      }
      // What is noted of others at the same time is no step of the dead.
      if (now || (dead.contains(key.id()) && step != Step.NOTED)) {
        throw new AssertionError("the worker dies at " + step);
      }
    }

    /** Or only one thing is left to happen, when it closes. */
    boolean isOver() {
      return fates.entrySet().stream()
          .allMatch(fate ->
              dead.contains(fate.getKey())
                  || (fate.getValue() == Step.NOTED && last.get(fate.getKey()) == Step.RECEIVED));
    }

    boolean diedEverywhere() {
      return dead.equals(fates.keySet());
    }
  }

  @Test
  public final void losesAndRepeatsNothingWhereverItDies() throws Exception {
    losesAndRepeatsNothing(1);
  }

  /** On five queues more than a thousand times. */
  @Test
  @Thorough
  public final void losesAndRepeatsNothingThoughItDiesTwoHundredTimes() throws Exception {
    losesAndRepeatsNothing(12);
  }

  private void losesAndRepeatsNothing(int deathsAtEachStep) throws Exception {
    Map<String, Step> tasks = Crashes.tasks(person(), deathsAtEachStep);
    concurrency = tasks.size();
    ScriptedAgent agent = new ScriptedAgent(WorkerCrashContract::work);

    dies(agent, Crashes.first(tasks));
    dies(agent, Crashes.second(tasks));
    Map<String, Boolean> stillInForce = new ConcurrentHashMap<>();
    steps =
        (step, key) -> {
          if (step == Step.PUT_BACK) {
            stillInForce.put(key.id(), ledger().runs().alive(ticketOfTheDead(key)));
          }
        };
    try (Worker worker = worker(agent)) {
      worker.watch();
      for (String id : tasks.keySet()) {
        await().pollDelay(Duration.ZERO).atMost(60, SECONDS).until(() -> passes(id, REVIEW));
      }
    }

    assertThat(stillInForce.values())
        .as("whether a worker that only slept could still conclude what is put back already")
        .isNotEmpty()
        .containsOnly(false);
    List<String> agents = agent.requests().stream().map(run -> taskOf(run.runId())).toList();
    List<String> recorded = auditLines();
    for (Map.Entry<String, Step> task : tasks.entrySet()) {
      String id = task.getKey();
      Step step = task.getValue();
      assertThat(Collections.frequency(agents, id))
          .as("agents on the task of " + step)
          .isEqualTo(Crashes.agents(step));
      assertNothingTwice(id);
      Crashes.assertSaid(step, said(id));
      assertThat(spentAndReserved(id)).as("%s", step).isEqualByComparingTo(Crashes.spent(step));
      Crashes.assertRecorded(step, recorded, id);
    }
  }

  @Test
  public final void startsNoAgentOnAnOldHeartbeat() throws Exception {
    String id = puts("stood still");
    TaskQueue slow =
        new QueueInBetween(openQueue()) {
          @Override
          public Claim claim(String task, List<Entry> entries)
              throws QueueException, InterruptedException {
            Claim claim = super.claim(task, entries);
            clock.advance(HEARTBEAT.multipliedBy(50));
            return claim;
          }
        };
    AtomicLong beats = new AtomicLong();
    ScriptedAgent agent =
        new ScriptedAgent((request, voice) -> {
          beats.set(request.containment().pulse().beats());
          return voice.done("done");
        });
    try (Worker worker = worker(agent, slow, ledger())) {
      worker.watch();
      await().atMost(60, SECONDS).until(() -> standing(id) == REVIEW);
    }

    assertThat(beats).as("that the task was picked is the first").hasValueGreaterThan(1);
  }

  private RunTicket ticketOfTheDead(TaskKey key) {
    RunRow run = ledger().runs().find(row(key.id()).lastRun().orElseThrow()).orElseThrow();
    return new RunTicket(
        run.runId(), key, run.epoch(), run.attempt(), run.cause(), run.startedAt());
  }

  private BigDecimal spentAndReserved(String id) {
    return ledger().runs().start(row(id).key(), start -> start.facts().taskSpent());
  }

  private String taskOf(String runId) {
    return ledger().runs().find(runId).orElseThrow().key().id();
  }

  static RunResult work(RunRequest request, ScriptedAgent.Voice voice) {
    voice.emit(new RunEvent.ProcessStarted(Integer.MAX_VALUE, Instant.EPOCH));
    voice.costs(Crashes.COST);
    return voice.done("paid for");
  }

  /** A worker that dies with these tasks, and does the others. */
  final void dies(ScriptedAgent agent, Map<String, Step> fates) throws Exception {
    diesJustNow(agent, fates);
    clock.advance(Duration.ofMinutes(2));
  }

  /** The same, and nobody knows yet. */
  final void diesJustNow(ScriptedAgent agent, Map<String, Step> fates) throws Exception {
    Mortal mortal = new Mortal(fates);
    steps = mortal;
    Worker worker = worker(agent);
    worker.watch();
    await().atMost(60, SECONDS).until(mortal::isOver);
    assertThat(worker.drain(Duration.ofMinutes(1))).isTrue();
    if (fates.containsValue(Step.NOTED)) {
      assertThatThrownBy(worker::close).hasMessageContaining("NOTED");
    }
    assertThat(mortal.diedEverywhere()).as("it died at %s", fates).isTrue();
  }
}
