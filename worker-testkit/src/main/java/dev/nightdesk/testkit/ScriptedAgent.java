package dev.nightdesk.testkit;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunEvents;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An agent that runs in this JVM and does what a script says: for tests of whatever surrounds an
 * agent, and for benchmarks. Starts no process. Several runs may be under way at once.
 *
 * <pre>{@code
 * new ScriptedAgent((request, voice) -> {
 *   voice.costs("0.75");
 *   voice.pause(Duration.ofSeconds(1));
 *   return voice.done("a result");
 * });
 * }</pre>
 */
public final class ScriptedAgent implements AgentRunner {

  /** What the agent does in one run. */
  @FunctionalInterface
  public interface Script {
    /**
     * Does it, in the thread of the run.
     *
     * @throws InterruptedException where the run was stopped; the agent then answers {@link
     *     RunResult.Stopped} with all that it had said
     */
    RunResult play(RunRequest request, Voice voice) throws InterruptedException;
  }

  private final Script script;
  private final Queue<RunRequest> requests = new ConcurrentLinkedQueue<>();

  /** An agent that plays this script in every run. */
  public ScriptedAgent(Script script) {
    this.script = script;
  }

  /** An agent that ends at once with this result. */
  public static ScriptedAgent saying(String result) {
    return new ScriptedAgent((request, voice) -> voice.done(result));
  }

  /** The requests of all runs so far, oldest first. */
  public List<RunRequest> requests() {
    return List.copyOf(requests);
  }

  @Override
  public RunResult run(RunRequest request, RunEvents events) {
    requests.add(request);
    Voice voice = new Voice(events);
    try {
      return script.play(request, voice);
    } catch (InterruptedException stop) {
      return new RunResult.Stopped(voice.said.toString());
    }
  }

  /** How a script makes itself heard. For the thread of the run. */
  public static final class Voice {
    private final RunEvents events;
    private final StringBuilder said = new StringBuilder();

    private Voice(RunEvents events) {
      this.events = events;
    }

    /** Emits any event. */
    public void emit(RunEvent event) {
      events.emit(event);
    }

    /** Says something, which is also what a stopped run answers with. */
    public void say(String text) {
      said.append(text);
      emit(new RunEvent.Said(text));
    }

    /** Tells the id by which the session can be resumed. */
    public void introduce(String session) {
      emit(
          new RunEvent.Introduced(Optional.of(session), Optional.of("1"), Optional.of("scripted")));
    }

    /** One model call that cost so many dollars, and ten tokens each way. */
    public void costs(String usd) {
      Usage usage =
          new Usage(
              1, 10, 10, 0, Optional.of(new Usage.Cost(new BigDecimal(usd), Usage.Basis.REPORTED)));
      emit(new RunEvent.ModelCalled(usage));
    }

    /** Does nothing for a while; the run's interrupt ends it. */
    public void pause(Duration time) throws InterruptedException {
      Thread.sleep(time);
    }

    /** The answer of an agent that is done. */
    public RunResult done(String result) {
      return new RunResult.Finished(result, OptionalInt.of(0));
    }

    /** The answer of an agent that failed, with what it had said. */
    public RunResult fail(RunResult.Failure failure, String reason) {
      return new RunResult.Failed(failure, reason, said.toString(), OptionalInt.of(1));
    }
  }
}
