package dev.nightdesk.audit;

import java.util.List;

/**
 * What the check of an audit log found.
 *
 * @param records lines that are whole records
 * @param problems edited, dropped, reordered or cut-off lines; empty where the chain holds
 * @param torn lines that a crash cut off while they were written; they break nothing
 */
public record Verification(long records, List<Problem> problems, List<Long> torn) {
  /** {@code line} counts from 1. */
  public record Problem(long line, String reason) {}

  public Verification {
    problems = List.copyOf(problems);
    torn = List.copyOf(torn);
  }

  public boolean holds() {
    return problems.isEmpty();
  }
}
