package dev.nightdesk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every agent has to do right, whatever it is. Extend it (for agents that are programs: {@link
 * ProgramAgentContract}) and supply agents that act as told.
 */
public abstract class AgentRunnerContract {
  /** Long enough for a slow machine; nothing waits for it where all is well. */
  protected static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What core promises, everything gone five seconds after a stop, and two for a slow machine. */
  private static final Duration STOP = Duration.ofSeconds(7);

  @TempDir Path folder;

  /** The events of the runs of this test, in their order. */
  protected final List<RunEvent> events = new CopyOnWriteArrayList<>();

  /** For the author of an adapter. */
  protected AgentRunnerContract() {}

  /** Opens a runner whose agent does this in each of its runs. */
  protected abstract AgentRunner agentThat(Act act) throws IOException;

  /** Whether runs ask for the sandbox. */
  protected boolean sandbox() {
    return false;
  }

  /** The variables that runs give to their agent. */
  protected Map<String, String> environment() {
    return Map.of("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG", "C.UTF-8");
  }

  /** A folder of this test. */
  protected final Path folder() throws IOException {
    return folder.toRealPath();
  }

  /** A new run with this prompt: a result of at most 100,000 bytes, a transcript of 1 MiB. */
  protected final RunRequest request(String prompt) throws IOException {
    String runId = UUID.randomUUID().toString();
    Path home = folder().resolve("nightdesk");
    Path record = Files.createDirectories(home.resolve("runs").resolve(runId));
    Path workspace = Files.createDirectories(home.resolve("workspaces").resolve(runId));
    RunLimits limits =
        new RunLimits(
            Duration.ofMinutes(5), Optional.empty(), 200, BigDecimal.TEN, 100_000, 1 << 20);
    Containment containment =
        new Containment(
            sandbox(),
            List.of(),
            List.of(),
            List.of(home),
            environment(),
            Duration.ofSeconds(30),
            System::nanoTime,
            Allowance.ALL);
    return new RunRequest(
        runId,
        Files.writeString(record.resolve("prompt.md"), prompt),
        Files.createDirectories(workspace.resolve("files")),
        Files.createDirectories(workspace.resolve("home")),
        record,
        Optional.empty(),
        false,
        limits,
        containment);
  }

  /** Does one run to its end. */
  protected final RunResult run(AgentRunner agent, RunRequest request) {
    return agent.run(request, events::add);
  }

  /** Starts a run, interrupts it once it is at work, and answers with its result. */
  protected final RunResult runAndStop(AgentRunner agent, RunRequest request) throws Exception {
    FutureTask<RunResult> run =
        new FutureTask<>(() -> {
          RunResult result = run(agent, request);
          assertThat(Thread.interrupted()).as("the interrupt is used up").isFalse();
          return result;
        });
    Thread thread = Thread.ofVirtual().start(run);
    await().atMost(PATIENCE).until(() -> run.isDone() || events.stream().anyMatch(this::isAtWork));
    assertThat(run.isDone()).as("it ended before it was stopped").isFalse();
    thread.interrupt();
    long began = System.nanoTime();
    RunResult result = run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(STOP);
    return result;
  }

  /** Whether this event shows that an agent has done what its {@link Act} begins with. */
  protected boolean isAtWork(RunEvent event) {
    return isSignOfLife(event);
  }

  private boolean isSignOfLife(RunEvent event) {
    return !(event instanceof RunEvent.ProcessStarted);
  }

  @Test
  public final void knowsNothingOfNightdeskBesideTheSpiAndTheToolkit() throws Exception {
    try (AgentRunner agent = agentThat(new Act.Says("done"))) {
      AdapterArrows.check(agent.getClass());
    }
  }

  @Test
  public final void answersWithTheResult() throws Exception {
    String result = "Done: é€😀 \"quoted\" \\ and\nmore & <b>lines</b>";
    try (AgentRunner agent = agentThat(new Act.Says(result))) {
      assertThat(run(agent, request("do it")))
          .isInstanceOfSatisfying(
              RunResult.Finished.class, done -> assertThat(done.text().strip()).isEqualTo(result));
    }
  }

  @Test
  public final void showsSignsOfLife() throws Exception {
    try (AgentRunner agent = agentThat(new Act.Says("done"))) {
      run(agent, request("do it"));
    }
    assertThat(events).anyMatch(this::isSignOfLife);
  }

  @Test
  public final void doesNotMakeUpAResultWhereThereIsNone() throws Exception {
    try (AgentRunner agent = agentThat(new Act.Says(""))) {
      assertThat(run(agent, request("do it")).text()).isBlank();
    }
  }

  @Test
  public final void saysWhyTheAgentFailed() throws Exception {
    try (AgentRunner agent = agentThat(new Act.Fails("the moon is closed"))) {
      assertThat(run(agent, request("do it")))
          .isInstanceOfSatisfying(
              RunResult.Failed.class,
              failed -> {
                assertThat(failed.failure()).isEqualTo(RunResult.Failure.AGENT_FAILED);
                assertThat(failed.reason()).contains("the moon is closed");
              });
    }
  }

  @Test
  public final void givesTheWholePromptOfAnySize() throws Exception {
    try (AgentRunner agent = agentThat(new Act.RepeatsLastLine())) {
      String prompt = "a line\n".repeat(60_000) + "--help $(id) 'the last' line";
      assertThat(run(agent, request(prompt)).text().strip())
          .isEqualTo("--help $(id) 'the last' line");
    }
  }

  @Test
  public final void stopsWhenInterruptedAndKeepsWhatWasSaid() throws Exception {
    try (AgentRunner agent = agentThat(new Act.Hangs("the first half", false))) {
      assertThat(runAndStop(agent, request("do it")))
          .isInstanceOfSatisfying(
              RunResult.Stopped.class,
              stopped -> assertThat(stopped.text()).contains("the first half"));
    }
  }

  @Test
  public final void stopsAnAgentThatDoesNotWantTo() throws Exception {
    try (AgentRunner agent = agentThat(new Act.Hangs("the first half", true))) {
      assertThat(runAndStop(agent, request("do it")))
          .isInstanceOfSatisfying(
              RunResult.Stopped.class,
              stopped -> assertThat(stopped.text()).contains("the first half"));
    }
  }

  @Test
  public final void stopsAFloodAndKeepsItsFirstPart() throws Exception {
    RunRequest request = request("do it");
    try (AgentRunner agent = agentThat(new Act.Floods())) {
      assertThat(run(agent, request))
          .isInstanceOfSatisfying(
              RunResult.Failed.class,
              failed -> {
                assertThat(failed.failure()).isEqualTo(RunResult.Failure.TOO_MUCH_OUTPUT);
                assertThat(failed.text()).isNotBlank();
                assertThat(failed.text().getBytes(StandardCharsets.UTF_8))
                    .hasSizeLessThanOrEqualTo((int) request.limits().outputBytes());
              });
    }
  }

  @Test
  public final void keepsRunsAtTheSameTimeApart() throws Exception {
    try (AgentRunner agent = agentThat(new Act.RepeatsLastLine())) {
      List<FutureTask<RunResult>> runs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        RunRequest request = request("first line\nrun " + i);
        FutureTask<RunResult> run = new FutureTask<>(() -> run(agent, request));
        Thread.ofVirtual().start(run);
        runs.add(run);
      }
      for (int i = 0; i < 8; i++) {
        RunResult result = runs.get(i).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(result.text().strip()).isEqualTo("run " + i);
      }
    }
  }

  @Test
  public final void checksWithoutARun() throws Exception {
    AgentRunner agent = agentThat(new Act.Says("done"));
    assertThat(agent.check(request("do it").containment()))
        .noneMatch(finding -> finding.state() == Finding.State.WRONG);
    agent.close();
    agent.close();
  }
}
