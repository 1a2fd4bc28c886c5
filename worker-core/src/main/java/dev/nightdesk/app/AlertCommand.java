package dev.nightdesk.app;

import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.worker.Alerts;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every alert as one JSON object to the program that {@code NIGHTDESK_ALERT_COMMAND} names,
 * one after the other. What the program prints is not shown; that it failed is logged.
 */
final class AlertCommand implements Alerts, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AlertCommand.class);

  private final List<String> command;
  private final InstantSource clock;
  private final Duration atMost;
  private final ExecutorService one =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("alerts").factory());

  /** The program and its arguments, and how long it may take. */
  AlertCommand(List<String> command, InstantSource clock, Duration atMost) {
    this.command = List.copyOf(command);
    this.clock = clock;
    this.atMost = atMost;
  }

  @Override
  public void raise(String worker, Optional<TaskKey> key, String text) {
    String json =
        new Json()
            .with("time", clock.instant())
            .with("worker", worker)
            .with("task_id", key.map(TaskKey::id))
            .with("message", text)
            .toString();
    one.execute(() -> give(json));
  }

  private void give(String json) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      try {
        // A program that ends without reading is no failure; its exit code says what is.
        process.getOutputStream().write((json + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
      } catch (IOException didNotRead) {
        LOG.debug("The alert command did not read its input");
      }
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        LOG.warn(
            "NIGHTDESK_ALERT_COMMAND took longer than {} and was ended", Text.duration(atMost));
      } else if (process.exitValue() != 0) {
        LOG.warn("NIGHTDESK_ALERT_COMMAND ended with exit code {}", process.exitValue());
      }
    } catch (IOException cannotStart) {
      LOG.warn("NIGHTDESK_ALERT_COMMAND cannot be started: {}", cannotStart.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until what was raised is given, within the time that one may take. */
  @Override
  public void close() {
    one.shutdown();
    try {
      if (!one.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        one.shutdownNow();
      }
    } catch (InterruptedException stopped) {
      one.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
