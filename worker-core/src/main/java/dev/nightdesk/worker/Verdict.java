package dev.nightdesk.worker;

import dev.nightdesk.spi.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the evidence of a finished run amounts to.
 *
 * @param status the word
 * @param reason in plain words, as a person reads it on the task; empty where the word says it all
 * @param text the result
 * @param then what follows
 */
record Verdict(RunStatus status, String reason, String text, Then then) {

  /** What follows from a verdict. */
  sealed interface Then {
    /** A person looks at it. */
    record Review() implements Then {}

    /** An attempt is charged; another follows, or the task is marked failed. */
    record Failed() implements Then {}

    /** A person decides. */
    record Held(String release) implements Then {}

    /** Not the task's fault: tried again, no attempt charged. */
    record Again(Duration after, boolean modelFailed) implements Then {}

    /** The whole worker waits for a person; the task goes back. */
    record WorkerHeld() implements Then {}

    /** The agent's account waits; the task goes back. */
    record AccountHeld(String account, Optional<Instant> until) implements Then {}

    /** The task is closed, moved or gone: nothing is written to it. */
    record Away() implements Then {}
  }
}
