package dev.nightdesk.spi;

import java.util.Objects;

/**
 * A conversation with an agent that a further run goes on with.
 *
 * @param id what the agent called it; see {@link RunEvent.Introduced}
 * @param used what its runs until now used, as the audit log has it. Agents that report totals of a
 *     whole session need it to tell what one run used
 */
public record Session(String id, Usage used) {
  public Session {
    Objects.requireNonNull(id);
    Objects.requireNonNull(used);
  }
}
