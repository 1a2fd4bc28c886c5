package dev.nightdesk.app;

import dev.nightdesk.ledger.LedgerException;
import java.time.Duration;
import java.util.Optional;

/** Waits for a ledger that is away, as after a power cut, and says so once. */
final class Patience {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Console console;
  private final Pause pause;
  private Optional<String> told = Optional.empty();

  /** A wait that may end early. */
  @FunctionalInterface
  interface Pause {
    /** True if the program was told to stop before or meanwhile. */
    boolean cutShort(Duration longest) throws InterruptedException;
  }

  /** Something that needs the ledger, and that may be done again. */
  @FunctionalInterface
  interface Step<T> {
    T done() throws InterruptedException;
  }

  Patience(Console console, Pause pause) {
    this.console = console;
    this.pause = pause;
  }

  /** Does it as soon as the ledger is there; empty if the program was told to stop before. */
  <T> Optional<T> with(Step<T> step) throws InterruptedException {
    for (Duration next = Duration.ofSeconds(1); ; next = longer(next)) {
      try {
        return Optional.of(step.done());
      } catch (LedgerException away) {
        tell(Text.lines(String.valueOf(away.getMessage())));
      }
      if (pause.cutShort(next)) {
        return Optional.empty();
      }
    }
  }

  private void tell(String problem) {
    if (!told.equals(Optional.of(problem))) {
      console.tell(problem + "\nWaiting for the ledger. Stop with Ctrl-C.");
      told = Optional.of(problem);
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
  }
}
