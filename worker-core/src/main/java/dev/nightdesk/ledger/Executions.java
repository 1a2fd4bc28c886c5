package dev.nightdesk.ledger;

import dev.nightdesk.spi.Containment;
import java.time.Duration;
import java.time.Instant;

/** Who carries which task, on all machines: one owner at a time, taken over when it dies. */
@SuppressWarnings("DoNotCallSuggester")
public final class Executions implements AutoCloseable {
  Executions() {}

  /** Carries one task; interrupted when it shall end at once. */
  @FunctionalInterface
  public interface Handler {
    Next carry(TaskKey key, Containment.Pulse pulse) throws InterruptedException;
  }

  /** What becomes of the execution. */
  public sealed interface Next {
    record Done() implements Next {}

    record Again(Instant at) implements Next {}
  }

  public void start() {
    throw new UnsupportedOperationException("not yet");
  }

  public boolean offer(TaskKey key, int priority) {
    throw new UnsupportedOperationException("not yet");
  }

  public int running() {
    throw new UnsupportedOperationException("not yet");
  }

  /** Nothing is running and nothing is due. */
  public boolean idle() {
    throw new UnsupportedOperationException("not yet");
  }

  /** Takes nothing more; what runs goes on, with its heartbeats. */
  public void quiet() {
    throw new UnsupportedOperationException("not yet");
  }

  /** Waits for what runs; false when {@code max} was not enough. */
  public boolean drain(Duration max) throws InterruptedException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Interrupts what runs and gives its executions back, to start elsewhere at once. */
  @Override
  public void close() {
    throw new UnsupportedOperationException("not yet");
  }

  /** Gives back at once what dead processes of this home on this host had taken. */
  public int releaseDeadOwners() {
    throw new UnsupportedOperationException("not yet");
  }
}
