package dev.nightdesk.agent.api.tools;

import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunEvents;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.toolkit.CannotStartException;
import dev.nightdesk.toolkit.ChildProcess;
import dev.nightdesk.toolkit.Ending;
import dev.nightdesk.toolkit.Launch;
import dev.nightdesk.toolkit.Launch.Streams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs commands of the model, each under a supervisor and in the worker's sandbox, with what an
 * agent that is a program would have: the run's own home, the worker's list of variables, no key.
 * Safe for any thread.
 */
final class Shell {
  /** What is kept of the output of one command, in characters. */
  static final int KEPT = 50_000;

  private static final long MOST_PRINTED = 8 << 20;
  private static final long SIGN_OF_LIFE_NANOS = Duration.ofSeconds(1).toNanos();

  /** The script is a file: an argument has a largest size, and everybody can see it. */
  private static final String CALL = "exec 2>&1; . \"$1\"";

  private final RunRequest request;
  private final RunEvents events;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong lastSign = new AtomicLong(System.nanoTime() - SIGN_OF_LIFE_NANOS);

  /**
   * How a command ended.
   *
   * @param text what it printed and how it ended, no more than {@link #KEPT} characters of it
   * @param good whether its exit code was 0
   */
  record Ran(String text, boolean good) {}

  Shell(RunRequest request, RunEvents events) {
    this.request = request;
    this.events = events;
  }

  /** Runs a command to its end, or to the limit; all that it started is gone then. */
  Ran run(String command, Duration limit) throws InterruptedException, IOException {
    Path folder = Files.createDirectories(request.record().toRealPath().resolve("commands"));
    Path scripts = Files.createDirectories(request.home().toRealPath().resolve(".nightdesk"));
    int number = count.incrementAndGet();
    Path script = scripts.resolve(number + ".sh");
    Path printed = folder.resolve(number + ".out");
    Path complaints = folder.resolve(number + ".err");
    Files.writeString(script, command + "\n");
    try (ChildProcess child = ChildProcess.start(launch(script, printed, complaints))) {
      events.emit(child.started());
      Optional<Ending> ended = child.awaitExit(limit, this::sign);
      if (ended.isPresent()) {
        return told(ended.get(), printed);
      }
      child.stop(this::sign);
      return ran("It was stopped after " + limit.toSeconds() + " s.", printed, false);
    } catch (CannotStartException e) {
      return new Ran("It cannot be started: " + e.getMessage(), false);
    } finally {
      for (Path file : List.of(script, printed, complaints)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private Launch launch(Path script, Path printed, Path complaints) {
    List<String> words = List.of("bash", "-c", CALL, "bash", script.toString());
    return Launch.of(request, words).with(Streams.into(printed, complaints, MOST_PRINTED));
  }

  private void sign(String line) {
    long now = System.nanoTime();
    long last = lastSign.get();
    if (now - last >= SIGN_OF_LIFE_NANOS && lastSign.compareAndSet(last, now)) {
      events.emit(new RunEvent.Alive());
    }
  }

  private static Ran told(Ending ending, Path printed) throws InterruptedException, IOException {
    return switch (ending) {
      case Ending.Exited exited ->
          ran("Exit code " + exited.code() + ".", printed, exited.code() == 0);
      case Ending.Flooded flooded ->
          ran(
              "It was stopped: it printed more than " + (MOST_PRINTED >> 20) + " MB.",
              printed,
              false);
      case Ending.Exhausted exhausted -> ran(exhausted.why(), printed, false);
      case Ending.Lost lost -> ran(lost.why(), printed, false);
      case Ending.Stopped stopped -> throw new InterruptedException();
    };
  }

  private static Ran ran(String how, Path printed, boolean good) throws IOException {
    String text = new String(Files.readAllBytes(printed), StandardCharsets.UTF_8);
    return new Ran(how + "\n" + Shortened.middle(text, KEPT), good);
  }
}
