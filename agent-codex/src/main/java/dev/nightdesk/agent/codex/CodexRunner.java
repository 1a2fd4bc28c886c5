package dev.nightdesk.agent.codex;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.Network;
import dev.nightdesk.spi.RunEvents;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.toolkit.CannotStartException;
import dev.nightdesk.toolkit.ChildProcess;
import dev.nightdesk.toolkit.Ending;
import dev.nightdesk.toolkit.Launch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;

/** Runs {@code codex exec} once for each task. */
final class CodexRunner implements AgentRunner {
  /** How often the session's file is looked at. */
  private static final Duration LOOK = Duration.ofMillis(100);

  /** What Codex takes on standard input, in characters. */
  private static final int LONGEST_PROMPT = 1 << 20;

  private final String program;
  private final CodexCommand command;
  private final CodexHome home;
  private final Prices prices;

  /** Sandboxed or not: what Codex's own sandbox can do; only what works is remembered. */
  private final Map<Boolean, CodexFence> fences = new HashMap<>();

  private final ReentrantLock trying = new ReentrantLock();

  CodexRunner(String program, CodexCommand command, CodexHome home, Prices prices) {
    this.program = program;
    this.command = command;
    this.home = home;
    this.prices = prices;
  }

  @Override
  public List<Finding> check(Containment containment) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    Finding sandbox = ChildProcess.check(containment);
    try {
      CodexProgram found = find(containment);
      findings.addAll(CodexCheck.of(found, command, home));
      if (sandbox.state() != Finding.State.WRONG) {
        findings.add(CodexCheck.version(found, home, containment));
        findings.add(fence(found, containment).finding());
      }
    } catch (CannotStartException e) {
      findings.add(Finding.wrong("CODEX_COMMAND", String.valueOf(e.getMessage())));
    } catch (IOException e) {
      findings.add(Finding.wrong("CODEX_HOME", home.own() + " cannot be used: " + e));
    }
    if (containment.allowance().network() instanceof Network.Fenced fenced && !fenced.model()) {
      findings.add(
          Finding.wrong("WORKER_NETWORK", "Codex cannot reach its model; set it to model or open"));
    }
    findings.add(sandbox);
    return findings;
  }

  @Override
  public RunResult run(RunRequest request, RunEvents events) {
    try {
      if (longerThanCodexTakes(request.prompt())) {
        return failed(
            Failure.AGENT_FAILED,
            "The prompt has more than %,d characters, which is all that Codex takes."
                .formatted(LONGEST_PROMPT));
      }
      CodexProgram found = find(request.containment());
      CodexFence fence = fence(found, request.containment());
      if (fence.finding().state() == Finding.State.WRONG) {
        return cannotStart(fence.finding().message());
      }
      return run(request, events, launch(request, found, fence));
    } catch (CannotStartException e) {
      return cannotStart(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return cannotStart("The files of the run cannot be read or written: " + e);
    } catch (InterruptedException e) {
      return new RunResult.Stopped("");
    }
  }

  private RunResult run(RunRequest request, RunEvents events, Launch launch)
      throws CannotStartException, IOException {
    CodexOutput output = new CodexOutput(request.limits().outputBytes(), events);
    try (CodexSession session =
        new CodexSession(home, prices, request.limits(), command.model(), events)) {
      if (request.session().isPresent()) {
        session.resume(request.session().get());
      }
      try (ChildProcess child = ChildProcess.start(launch)) {
        events.emit(child.started());
        Optional<Ending> ending = Optional.empty();
        while (ending.isEmpty()) {
          ending = child.awaitExit(LOOK, output::line);
          if (output.session().isPresent()) {
            session.open(output.session().get());
          }
          session.follow();
          if (ending.isEmpty()
              && session.limit().isPresent()
              && !Thread.currentThread().isInterrupted()) {
            ending = Optional.of(child.stop(output::line));
            session.follow();
          }
        }
        output.completed().ifPresent(session::settle);
        return new CodexVerdict(request, command, output, session)
            .of(ending.get(), child.lastErrorLine());
      }
    }
  }

  private CodexProgram find(Containment containment) throws CannotStartException {
    return CodexProgram.find(program, containment.environment().getOrDefault("PATH", ""));
  }

  private CodexFence fence(CodexProgram found, Containment containment)
      throws CannotStartException, IOException, InterruptedException {
    trying.lockInterruptibly();
    try {
      CodexFence known = fences.get(containment.sandbox());
      if (known == null) {
        known = CodexFence.tried(command.sandbox(), found, home, containment);
        if (known.finding().state() != Finding.State.WRONG) {
          fences.put(containment.sandbox(), known);
        }
      }
      return known;
    } finally {
      trying.unlock();
    }
  }

  private Launch launch(RunRequest request, CodexProgram found, CodexFence fence)
      throws IOException {
    home.prepare();
    List<String> words = new ArrayList<>(List.of(found.file().toString()));
    words.addAll(command.arguments(request, home, fence.mode()));
    // commands may change what TMPDIR names, and so it cannot be the run's home
    Path temporary = Files.createDirectories(request.home().resolve("tmp"));
    Launch launch =
        Launch.of(request, words)
            .withEnvironment(command.environment(home, request.containment()))
            .withModel(command.service())
            .withNesting()
            .withEnvironment(Map.of("TMPDIR", temporary.toString()))
            .withWritable(home.folder());
    return found.visibleIn(launch);
  }

  private static boolean longerThanCodexTakes(Path prompt) throws IOException {
    if (Files.size(prompt) <= LONGEST_PROMPT) {
      return false;
    }
    long characters = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(prompt)) {
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        for (int i = 0; i < count; i++) {
          characters += (buffer[i] & 0xC0) == 0x80 ? 0 : 1; // the first byte of a code point
        }
      }
    }
    return characters > LONGEST_PROMPT;
  }

  private static RunResult cannotStart(String reason) {
    return failed(Failure.CANNOT_START, reason);
  }

  private static RunResult failed(Failure failure, String reason) {
    return new RunResult.Failed(failure, reason, "", OptionalInt.empty());
  }
}
