package dev.nightdesk.spi;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * One run to do.
 *
 * @param runId a UUIDv7 in its usual form
 * @param prompt the file that holds the whole prompt, in UTF-8
 * @param workspace the folder to work in
 * @param home the run's own home folder, empty at the start
 * @param record the folder where {@code transcript.jsonl} and {@code stderr.log} belong
 * @param session the agent's session to go on with; empty = a fresh one
 * @param trusted whether agent configuration that lies in the workspace is the user's own and is to
 *     be honoured; else the workspace is a stranger's
 * @param limits the bounds
 * @param containment how its processes are kept in
 */
public record RunRequest(
    String runId,
    Path prompt,
    Path workspace,
    Path home,
    Path record,
    Optional<Session> session,
    boolean trusted,
    RunLimits limits,
    Containment containment) {
  public RunRequest {
    Objects.requireNonNull(runId);
    Objects.requireNonNull(prompt);
    Objects.requireNonNull(workspace);
    Objects.requireNonNull(home);
    Objects.requireNonNull(record);
    Objects.requireNonNull(session);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(containment);
  }

  /** The same with another session, or without one. */
  public RunRequest withSession(Optional<Session> other) {
    return new RunRequest(
        runId, prompt, workspace, home, record, other, trusted, limits, containment);
  }
}
