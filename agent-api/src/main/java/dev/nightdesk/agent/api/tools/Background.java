package dev.nightdesk.agent.api.tools;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Commands that go on while the model does other things. Each has a thread that waits for it; what
 * it came to waits in a queue until the loop, which alone speaks to the model, drains it. Nothing
 * outlives {@link #close}.
 */
public final class Background implements AutoCloseable {
  /** What a notification shows of a result, in characters; the rest is there for the asking. */
  static final int SHOWN = 500;

  private static final int MOST_AT_ONCE = 8;
  private static final int SHOWN_OF_COMMAND = 200;

  /** One command. */
  private static final class Job {
    private final String id;
    private final String command;
    private final long startedAt = System.nanoTime();
    private @Nullable Thread thread;
    private volatile Shell.@Nullable Ran ran;

    Job(String id, String command) {
      this.id = id;
      this.command = command;
    }

    String title() {
      return id + ": " + Shortened.middle(command.strip(), SHOWN_OF_COMMAND);
    }
  }

  private final Shell shell;
  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final LinkedBlockingDeque<Job> finished = new LinkedBlockingDeque<>();

  Background(Shell shell) {
    this.shell = shell;
  }

  /** Starts a command and says its id at once. */
  String run(String command, Duration limit) throws ToolException {
    if (jobs.values().stream().filter(job -> job.ran == null).count() >= MOST_AT_ONCE) {
      throw ToolException.failed(
          MOST_AT_ONCE + " commands run in the background already. Wait until one has ended.");
    }
    Job job = new Job("b" + (jobs.size() + 1), command);
    jobs.put(job.id, job);
    job.thread = Thread.ofVirtual().name("background-" + job.id).start(() -> carryOut(job, limit));
    return "Started " + job.id + ". You are told when it has ended.";
  }

  private void carryOut(Job job, Duration limit) {
    Shell.Ran ran;
    try {
      ran = shell.run(job.command, limit);
    } catch (InterruptedException e) {
      ran = new Shell.Ran("It was stopped with the run.", false);
    } catch (IOException | RuntimeException e) {
      ran = new Shell.Ran("It could not be run: " + e, false);
    }
    job.ran = ran;
    finished.addLast(job);
  }

  /** How one command is, or all of them are. */
  String check(Optional<String> id) throws ToolException {
    if (id.isEmpty()) {
      return jobs.isEmpty()
          ? "There are no commands in the background."
          : jobs.values().stream()
              .map(job -> job.title() + "\n  " + state(job, 0))
              .collect(Collectors.joining("\n"));
    }
    Job job = jobs.get(id.get());
    if (job == null) {
      throw ToolException.failed("There is no command " + id.get() + " in the background.");
    }
    return job.title() + "\n" + state(job, Shell.KEPT + SHOWN);
  }

  private static String state(Job job, int most) {
    Shell.Ran ran = job.ran;
    if (ran == null) {
      long seconds = Duration.ofNanos(System.nanoTime() - job.startedAt).toSeconds();
      return "It has been running for " + seconds + " s.";
    }
    return most == 0
        ? ran.text().lines().findFirst().orElse("")
        : Shortened.middle(ran.text(), most);
  }

  /** Whether any command still runs, or has ended and was not told of. */
  public boolean unfinished() {
    return !finished.isEmpty() || jobs.values().stream().anyMatch(job -> job.ran == null);
  }

  /** Waits until there is something to tell. */
  public void await() throws InterruptedException {
    finished.addFirst(finished.takeFirst());
  }

  /** What has ended since the last time, as the model is told; empty = nothing. */
  public Optional<String> drain() {
    List<Job> ended = new ArrayList<>();
    finished.drainTo(ended);
    return ended.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ended.stream()
                .map(job -> told(job))
                .collect(
                    Collectors.joining("\n", "<background-results>\n", "\n</background-results>")));
  }

  /** What a command prints does not end the notification. */
  private static String told(Job job) {
    return (job.title() + "\n" + state(job, SHOWN))
        .replace("background-results>", "background-results >");
  }

  /** Stops what still runs, all at once, without waiting for it. */
  public void interrupt() {
    for (Job job : jobs.values()) {
      Thread thread = job.thread;
      if (thread != null && job.ran == null) {
        thread.interrupt();
      }
    }
  }

  /** Stops what still runs and waits until it is gone; an interrupt does not cut that short. */
  @Override
  public void close() {
    interrupt();
    boolean interrupted = false;
    for (Job job : jobs.values()) {
      Thread thread = job.thread;
      while (thread != null && thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
