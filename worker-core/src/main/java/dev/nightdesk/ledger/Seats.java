package dev.nightdesk.ledger;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.event.SchedulerListener;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** So many threads, each of which carries one execution at a time, as db-scheduler has it. */
final class Seats {
  private final Picks picks;
  private final String name;
  private final Timings timings;

  /**
   * @param name of the threads
   */
  Seats(Picks picks, String name, Timings timings) {
    this.picks = picks;
    this.name = name;
    this.timings = timings;
  }

  Scheduler scheduler(int count, CustomTask<Void> task, SchedulerListener listener) {
    ExecutorService threads = Executors.newCachedThreadPool(daemons(name + "-", true));
    Scheduler made =
        Scheduler.create(picks.database().looseDataSource(), task)
            .schedulerName(new SchedulerName.Fixed(picks.owner()))
            .jdbcCustomization(picks)
            .clock(picks::now)
            .threads(count)
            .executorService(threads)
            .housekeeperExecutor(
                Executors.newScheduledThreadPool(2, daemons("heartbeat-" + name, false)))
            .dueExecutor(Executors.newSingleThreadExecutor(daemons("pick-" + name, false)))
            // Looks for more as soon as one seat is free.
            .pollUsingLockAndFetch((count - 0.5) / count, 1)
            .pollingInterval(timings.poll())
            .heartbeatInterval(timings.heartbeat())
            .missedHeartbeatsLimit(timings.missed())
            .enablePriority()
            // What is not known here is another worker's.
            .deleteUnresolvedAfter(Duration.ofDays(100_000))
            .failureLogging(LogLevel.OFF, false)
            .shutdownMaxWait(Duration.ofSeconds(1))
            .build();
    made.registerSchedulerListener(listener);
    return made;
  }

  private static ThreadFactory daemons(String name, boolean numbered) {
    Thread.Builder.OfPlatform builder = Thread.ofPlatform().daemon();
    return (numbered ? builder.name(name, 1) : builder.name(name)).factory();
  }
}
