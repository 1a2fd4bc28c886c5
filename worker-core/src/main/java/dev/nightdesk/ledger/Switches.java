package dev.nightdesk.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What keeps runs from starting: the kill switch, held workers, held agent accounts. */
@SuppressWarnings("DoNotCallSuggester")
public final class Switches {
  Switches() {}

  /** {@code worker} is empty where all are stopped. */
  public record Stop(Optional<String> worker, String why, Instant since) {}

  public void stop(Optional<String> worker, String why) {
    throw new UnsupportedOperationException("not yet");
  }

  public boolean resume(Optional<String> worker) {
    throw new UnsupportedOperationException("not yet");
  }

  /** The stop that is in force for this worker, be it for all or for it alone. */
  public Optional<Stop> stopped(String worker) {
    throw new UnsupportedOperationException("not yet");
  }

  public List<Stop> all() {
    throw new UnsupportedOperationException("not yet");
  }

  public void holdWorker(String worker, String reason, String release) {
    throw new UnsupportedOperationException("not yet");
  }

  public Optional<Runs.Hold> workerHold(String worker) {
    throw new UnsupportedOperationException("not yet");
  }

  public boolean releaseWorker(String worker) {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Holds an account; {@code worker}, which found out, is known from now on to use it, so it waits
   * together with the others that were seen to.
   */
  public void holdAccount(String worker, String account, Optional<Instant> until, String reason) {
    throw new UnsupportedOperationException("not yet");
  }

  public Map<String, Runs.Hold> accountHolds() {
    throw new UnsupportedOperationException("not yet");
  }

  public boolean releaseAccount(String account) {
    throw new UnsupportedOperationException("not yet");
  }

  public void alert(Optional<TaskKey> key, String worker, String text) {
    throw new UnsupportedOperationException("not yet");
  }
}
