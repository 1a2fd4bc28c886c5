package dev.nightdesk.gate;

import dev.nightdesk.spi.Task;
import java.util.Optional;

/**
 * A task that asks to start, as it is now.
 *
 * @param task the task, freshly read
 * @param distrust why its author may not instruct this worker; empty = trusted
 * @param agent the agent that would run
 * @param contentHash the hash of what would be approved by starting
 */
public record Applicant(Task task, Optional<String> distrust, String agent, String contentHash) {}
