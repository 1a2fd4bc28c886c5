package dev.nightdesk.ledger;

import dev.nightdesk.ledger.Runs.Hold;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.RunStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a run ends.
 *
 * @param claimed what was written to the queue with the claim
 * @param entries what is to be written there now
 */
public record Conclusion(
    RunStatus status,
    String reason,
    TaskState next,
    Optional<Instant> notBefore,
    Optional<String> waitReason,
    Optional<Hold> hold,
    boolean charged,
    boolean modelFailed,
    BigDecimal costUsd,
    Optional<String> session,
    List<Receipt> claimed,
    List<Entry> entries,
    String recordJson) {
  public Conclusion {
    claimed = List.copyOf(claimed);
    entries = List.copyOf(entries);
  }
}
