package dev.nightdesk.worker;

import dev.nightdesk.gate.StopFile;
import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.ledger.Switches;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks at every live run a few times a second: its clock, the kill switch, and whether this
 * process still reaches the ledger. One thread for all runs of a worker, idle while there are none.
 */
final class Watch implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(200);
  private static final int TICKS_PER_SWITCH_CHECK = 5;

  private final ConcurrentHashMap<String, Live> live = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Object some = new Object();
  private final String worker;
  private final Path stopFile;
  private final Switches switches;
  private final Duration silence;

  Watch(String worker, Path stopFile, Switches switches, Duration silence) {
    this.worker = worker;
    this.stopFile = stopFile;
    this.switches = switches;
    // A little before its supervisor would end the agent, so that its words are kept.
    this.silence = silence.minus(silence.dividedBy(15));
    Thread.ofPlatform().daemon().name("watch-" + worker).start(this::loop);
  }

  void add(Live run) {
    live.put(run.ticket().runId(), run);
    synchronized (some) {
      some.notifyAll();
    }
  }

  void remove(Live run) {
    live.remove(run.ticket().runId());
  }

  Collection<Live> live() {
    return live.values();
  }

  void stopAll(Meter.Stop why) {
    live.values().forEach(run -> run.meter().stop(why));
  }

  private void loop() {
    try {
      for (int tick = 0; !closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS); tick++) {
        awaitSome();
        live.values().forEach(this::look);
        if (tick % TICKS_PER_SWITCH_CHECK == 0 && !live.isEmpty() && stopped()) {
          stopAll(Meter.Stop.KILL_SWITCH);
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitSome() throws InterruptedException {
    synchronized (some) {
      while (live.isEmpty() && closed.getCount() > 0) {
        some.wait();
      }
    }
  }

  private void look(Live run) {
    run.meter().tick();
    if (run.sinceBeat().compareTo(silence) > 0) {
      run.meter().stop(Meter.Stop.CUT_OFF);
    }
  }

  private boolean stopped() {
    try {
      return StopFile.isThere(stopFile) || switches.stopped(worker).isPresent();
    } catch (LedgerException unreachable) {
      // Without the ledger there are no heartbeats either, which ends the runs by itself.
      return false;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    synchronized (some) {
      some.notifyAll();
    }
  }
}
