package dev.nightdesk.worker;

import dev.nightdesk.ledger.Runs.RunTicket;
import dev.nightdesk.spi.Containment.Pulse;
import dev.nightdesk.spi.Task;
import java.time.Duration;

/** A run that is on in this process. */
final class Live {
  private final RunTicket ticket;
  private final Task task;
  private final Meter meter;
  private final Pulse pulse;
  private volatile Phase phase = Phase.CLAIM;
  private long seenBeats;
  private long beatAt;

  /** How far the run is. */
  enum Phase {
    CLAIM("claiming"),
    PREPARE("preparing"),
    AGENT("working"),
    VERDICT("finishing");

    private final String inWords;

    Phase(String inWords) {
      this.inWords = inWords;
    }

    String inWords() {
      return inWords;
    }
  }

  Live(RunTicket ticket, Task task, Meter meter, Pulse pulse) {
    this.ticket = ticket;
    this.task = task;
    this.meter = meter;
    this.pulse = pulse;
    this.seenBeats = pulse.beats();
    this.beatAt = System.nanoTime();
  }

  RunTicket ticket() {
    return ticket;
  }

  Task task() {
    return task;
  }

  Meter meter() {
    return meter;
  }

  Phase phase() {
    return phase;
  }

  void phase(Phase now) {
    phase = now;
  }

  /** How long ago a heartbeat was last seen to be committed; for one watching thread only. */
  Duration sinceBeat() {
    long beats = pulse.beats();
    if (beats != seenBeats) {
      seenBeats = beats;
      beatAt = System.nanoTime();
    }
    return Duration.ofNanos(System.nanoTime() - beatAt);
  }
}
