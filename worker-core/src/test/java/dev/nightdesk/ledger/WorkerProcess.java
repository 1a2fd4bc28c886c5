package dev.nightdesk.ledger;

import dev.nightdesk.ledger.Executions.Next;
import dev.nightdesk.ledger.Runs.NewRun;
import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Containment.Pulse;
import dev.nightdesk.spi.RunStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A worker in a process of its own, to be killed or frozen. It begins a run of the task that it is
 * given, and ends it when it is told to on standard input.
 */
final class WorkerProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader lines;

  WorkerProcess(Path home, Optional<String> url, Timings timings) {
    try {
      process =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElse("java"),
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Dnightdesk.heartbeat=" + timings.heartbeat().toMillis() / 1000.0 + "s",
                  "-cp",
                  System.getProperty("java.class.path"),
                  WorkerProcess.class.getName(),
                  home.toString(),
                  url.orElse(""))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    lines = process.inputReader(StandardCharsets.UTF_8);
  }

  /** The next line that it says, which must begin so; the rest of that line. */
  String says(String beginning) throws IOException {
    String line = lines.readLine();
    if (line == null || !line.startsWith(beginning)) {
      throw new AssertionError("expected '" + beginning + "', got '" + line + "'");
    }
    return line.substring(beginning.length()).strip();
  }

  void tell() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  public static void main(String[] args) throws Exception {
    Optional<String> url = Optional.of(args[1]).filter(text -> !text.isEmpty());
    try (Ledger ledger = Ledger.open(Path.of(args[0]), url, InstantSource.system());
        Executions executions =
            ledger.executions(
                LedgerContract.WORKER,
                1,
                Timings.fromSystemProperties(),
                (key, pulse) -> carry(ledger, key, pulse))) {
      executions.start();
      say("UP " + ProcessHandle.current().pid());
      Thread.sleep(Duration.ofMinutes(1));
    }
  }

  private static Next carry(Ledger ledger, TaskKey key, Pulse pulse) {
    RunTicket ticket =
        ledger
            .runs()
            .start(
                key,
                start ->
                    start.begin(
                        new NewRun(
                            UUID.randomUUID().toString(), Cause.NEW, BigDecimal.ONE, "a", "h")));
    say("BEGAN " + ticket.epoch());
    readLine();
    boolean concluded =
        ledger
            .runs()
            .conclude(ticket, LedgerContract.ended(RunStatus.OK, TaskState.REVIEW, "1", List.of()));
    say("CONCLUDED " + concluded + " " + pulse.beats());
    return new Next.Done();
  }

  private static void readLine() {
    try {
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
