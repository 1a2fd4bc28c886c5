package dev.nightdesk.agent.api;

import dev.nightdesk.spi.RunEvents;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import java.util.OptionalInt;

/**
 * What all parts of one run share.
 *
 * @param session the id under which its conversation is kept
 */
record Scene(
    RunRequest request, RunEvents events, Transcript transcript, Said said, String session) {

  /** A failure, with all that was said. */
  EndException end(Failure failure, String reason) {
    return new EndException(new RunResult.Failed(failure, reason, said.all(), OptionalInt.empty()));
  }
}
