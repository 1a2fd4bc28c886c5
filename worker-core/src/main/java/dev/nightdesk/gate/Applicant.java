package dev.nightdesk.gate;

import dev.nightdesk.spi.Task;
import java.util.Optional;

/**
 * A task that asks to start, as it is now.
 *
 * @param task the task, freshly read
 * @param distrust why its author may not instruct this worker; empty = trusted
 * @param agent the agent that would run
 * @param approval what is approved by starting
 */
public record Applicant(Task task, Optional<String> distrust, String agent, Approved approval) {

  /**
   * The words that the agent will read.
   *
   * @param hash their hash
   * @param binding whether later attempts may read these only, until a person says otherwise
   */
  public record Approved(String hash, boolean binding) {}
}
