package dev.nightdesk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an agent that is a program has to do right besides {@link AgentRunnerContract}. */
public abstract class ProgramAgentContract extends AgentRunnerContract {
  /** What shells set by themselves. */
  private static final Set<String> OF_A_SHELL = Set.of("PWD", "OLDPWD", "SHLVL", "_");

  private static final Set<String> OF_THE_RUN = Set.of("HOME", "TMPDIR");

  private final String secret = "canary-" + UUID.randomUUID();

  /** For the author of an adapter. */
  protected ProgramAgentContract() {}

  /** Opens a runner whose agent's program is this file, which the test has made, or not made. */
  protected abstract AgentRunner agentOf(Path program) throws IOException;

  @Override
  protected Map<String, String> environment() {
    Map<String, String> all = new HashMap<>(super.environment());
    all.put("MODEL_KEY", secret);
    return all;
  }

  @Test
  public final void tellsItsProcessBeforeAnythingElse() throws Exception {
    try (AgentRunner agent = agentThat(new Act.Says("done"))) {
      run(agent, request("do it"));
    }
    assertThat(events.getFirst()).isInstanceOf(RunEvent.ProcessStarted.class);
    assertThat(events).filteredOn(RunEvent.ProcessStarted.class::isInstance).hasSize(1);
  }

  @Test
  public final void doesNotMindAProgramThatNeverReadsItsInput() throws Exception {
    try (AgentRunner agent = agentThat(new Act.NeverReads())) {
      RunResult result = run(agent, request("a line\n".repeat(60_000)));
      assertThat(result).isInstanceOf(RunResult.Finished.class);
      assertThat(result.text().strip()).isEqualTo("done");
    }
  }

  @Test
  public final void replacesWhatIsNotText() throws Exception {
    try (AgentRunner agent = agentThat(new Act.SaysBrokenText())) {
      assertThat(run(agent, request("do it")).text().strip()).isEqualTo("a\uFFFD\uFFFDb");
    }
  }

  @Test
  public final void givesTheWorkersEnvironmentToNobody() throws Exception {
    try (AgentRunner agent = agentThat(new Act.ShowsEnvironment())) {
      String shown = run(agent, request("do it")).text();
      assertThat(shown).contains("MODEL_KEY=" + secret);
      Map<String, String> given = environment();
      assertThat(System.getenv().keySet())
          .filteredOn(name -> !given.containsKey(name) && !OF_THE_RUN.contains(name))
          .filteredOn(name -> !OF_A_SHELL.contains(name))
          .isNotEmpty()
          .allSatisfy(name -> assertThat(shown.lines()).noneMatch(l -> l.startsWith(name + "=")));
    }
  }

  @Test
  public final void putsNoSecretOnACommandLine() throws Exception {
    try (AgentRunner agent = agentThat(new Act.Hangs("working", false))) {
      RunRequest request = request("do it");
      List<String> seen = new ArrayList<>();
      agent.run(
          request,
          event -> {
            if (!(event instanceof RunEvent.ProcessStarted)) {
              seen.addAll(processesWith(secret));
              Thread.currentThread().interrupt();
            }
          });
      assertThat(seen).isEmpty();
    }
  }

  @Test
  public final void leavesNoProcessBehindAfterAStop() throws Exception {
    String token = "left-" + UUID.randomUUID();
    try (AgentRunner agent = agentThat(new Act.LeavesProcesses(token, true))) {
      runAndStop(agent, request("do it"));
    }
    assertThat(processesWith(token)).isEmpty();
  }

  @Test
  public final void leavesNoProcessBehindAfterASuccess() throws Exception {
    String token = "left-" + UUID.randomUUID();
    try (AgentRunner agent = agentThat(new Act.LeavesProcesses(token, false))) {
      assertThat(run(agent, request("do it"))).isInstanceOf(RunResult.Finished.class);
    }
    assertThat(processesWith(token)).isEmpty();
  }

  @Test
  public final void recordsNoMoreThanTheTranscriptsLimit() throws Exception {
    RunRequest request = request("do it");
    try (AgentRunner agent = agentThat(new Act.Floods())) {
      run(agent, request);
    }
    assertThat(Files.size(request.record().resolve("transcript.jsonl")))
        .isBetween(1L, request.limits().transcriptBytes() + 65_536);
  }

  @Test
  public final void saysThatItsProgramIsMissing() throws Exception {
    assertCannotStart(folder().resolve("no-such-program"));
  }

  @Test
  public final void saysThatItsProgramIsNotExecutable() throws Exception {
    assertCannotStart(Files.writeString(folder().resolve("not-executable"), "#!/bin/sh\n"));
  }

  private void assertCannotStart(Path program) throws Exception {
    try (AgentRunner agent = agentOf(program)) {
      RunRequest request = request("do it");
      assertThat(agent.check(request.containment()))
          .anySatisfy(finding -> {
            assertThat(finding.state()).isEqualTo(Finding.State.WRONG);
            assertThat(finding.message()).contains(program.toString());
          });
      assertThat(run(agent, request))
          .isInstanceOfSatisfying(
              RunResult.Failed.class,
              failed -> {
                assertThat(failed.failure()).isEqualTo(RunResult.Failure.CANNOT_START);
                assertThat(failed.reason()).contains(program.toString());
              });
    }
    assertThat(events).isEmpty();
  }

  /** The command lines of all processes that have this token there. */
  protected static List<String> processesWith(String token) {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(process -> process.getFileName().toString().matches("\\d+"))
          .map(ProgramAgentContract::commandLine)
          .filter(line -> line.contains(token))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String commandLine(Path process) {
    try {
      byte[] bytes = Files.readAllBytes(process.resolve("cmdline"));
      return new String(bytes, StandardCharsets.ISO_8859_1).replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }
}
