package dev.nightdesk.spi;

import java.util.List;

/** What came of a visible claim. */
public sealed interface Claim {

  /**
   * The task is marked as being worked on, by us.
   *
   * @param receipts of the entries that were written with it
   */
  record Taken(List<Receipt> receipts) implements Claim {
    public Taken {
      receipts = List.copyOf(receipts);
    }
  }

  /**
   * Somebody else has it, or it is no longer ready; nothing was written.
   *
   * @param why in plain words, e.g. "its status is already running"
   */
  record Refused(String why) implements Claim {}

  /** It is closed, deleted or moved away; nothing was written. */
  record Gone() implements Claim {}
}
