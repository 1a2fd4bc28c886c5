package dev.nightdesk.ledger;

import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Receipt;
import java.time.Instant;
import java.util.List;

/** Deliveries that are still to be written to a queue, and what was written by us. */
@SuppressWarnings("DoNotCallSuggester")
public final class Outbox {
  Outbox() {}

  /** {@code runId} is empty for a hold. */
  public record Pending(Entry entry, String runId, int tries, Instant createdAt) {}

  public List<Pending> pending(TaskKey key) {
    throw new UnsupportedOperationException("not yet");
  }

  public void delivered(TaskKey key, List<Receipt> receipts) {
    throw new UnsupportedOperationException("not yet");
  }

  public void failed(TaskKey key, String why) {
    throw new UnsupportedOperationException("not yet");
  }

  public void drop(TaskKey key, String why) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Tasks with something to deliver and no execution that will do it. */
  public List<TaskKey> due(String worker) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Whether a comment with this id is one of ours. */
  public boolean wrote(String worker, String remoteId) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Remembers what was written without passing through the outbox, e.g. with a claim. */
  public void wrote(TaskKey key, List<Receipt> receipts) {
    throw new UnsupportedOperationException("not yet");
  }
}
