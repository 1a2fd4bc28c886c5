package dev.nightdesk.spi;

import java.util.Objects;
import java.util.Optional;

/**
 * An entry that stands in the queue now.
 *
 * @param key the entry's key
 * @param remoteId the queue's id of what was made, where it has one
 */
public record Receipt(String key, Optional<String> remoteId) {
  public Receipt {
    Objects.requireNonNull(key);
    Objects.requireNonNull(remoteId);
  }
}
