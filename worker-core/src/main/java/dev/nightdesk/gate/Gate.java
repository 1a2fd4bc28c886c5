package dev.nightdesk.gate;

import dev.nightdesk.gate.Decision.Elsewhere;
import dev.nightdesk.gate.Decision.Go;
import dev.nightdesk.gate.Decision.Hold;
import dev.nightdesk.gate.Decision.Wait;
import dev.nightdesk.ledger.Runs;
import dev.nightdesk.ledger.Runs.Facts;
import dev.nightdesk.ledger.Runs.Month;
import dev.nightdesk.ledger.Runs.NewRun;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Task;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The one way to a run. Every rule looks at the same facts, read in the transaction in which the
 * run begins, so two machines cannot both find the last dollar of a budget unspent.
 */
public final class Gate {
  private static final Duration MOMENT = Duration.ofSeconds(5);
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(10);

  private final Runs runs;
  private final Bounds bounds;
  private final Path stopFile;
  private final Supplier<Optional<Duration>> clockOff;
  private final InstantSource clock;

  /**
   * @param stopFile its presence is the kill switch of this home
   * @param clockOff by how much this machine's clock is wrong; empty where it is right
   */
  public Gate(
      Runs runs,
      Bounds bounds,
      Path stopFile,
      Supplier<Optional<Duration>> clockOff,
      InstantSource clock) {
    this.runs = runs;
    this.bounds = bounds;
    this.stopFile = stopFile;
    this.clockOff = clockOff;
    this.clock = clock;
  }

  /** Decides, and where the answer is {@link Go} begins the run, in one transaction. */
  public Decision mayStart(TaskKey key, Applicant applicant, String runId) {
    return runs.start(
        key,
        start -> {
          Facts facts = start.facts();
          for (Rule rule : rules()) {
            Optional<Decision> objection = rule.objection(facts, applicant);
            if (objection.isPresent()) {
              return objection.get();
            }
          }
          return new Go(
              start.begin(
                  new NewRun(
                      runId,
                      facts.task().nextCause(),
                      bounds.runUsd(),
                      applicant.agent(),
                      applicant.approval().hash())));
        });
  }

  /** One reason not to start; silent where it does not apply. */
  private interface Rule {
    Optional<Decision> objection(Facts facts, Applicant applicant);
  }

  private List<Rule> rules() {
    return List.of(
        this::stopped,
        this::clockIsOff,
        this::workerHeld,
        this::accountHeld,
        this::notTrusted,
        this::editedSince,
        this::nothingToDo,
        this::blocked,
        this::tooEarly,
        this::takesWorkersDown,
        this::attemptsUsedUp,
        this::runsInCircles,
        this::taskBudget,
        this::monthlyBudget);
  }

  private Optional<Decision> stopped(Facts facts, Applicant applicant) {
    if (StopFile.isThere(stopFile)) {
      return waiting("stopped by the file " + stopFile, MOMENT);
    }
    if (applicant.task().stops()) {
      return waiting("it carries the label " + Task.STOP_LABEL + " itself", MOMENT);
    }
    return facts.stopped().flatMap(why -> waiting("stopped: " + why, MOMENT));
  }

  private Optional<Decision> clockIsOff(Facts facts, Applicant applicant) {
    return clockOff.get().map(off -> new Elsewhere());
  }

  private Optional<Decision> workerHeld(Facts facts, Applicant applicant) {
    return facts.workerHold().flatMap(hold -> waiting("worker held: " + hold.reason(), MOMENT));
  }

  private Optional<Decision> accountHeld(Facts facts, Applicant applicant) {
    return facts
        .accountHold()
        .map(hold ->
            new Wait(
                "the agent's account waits: " + hold.reason(),
                hold.until().orElse(clock.instant().plus(LOOK_AGAIN))));
  }

  private Optional<Decision> notTrusted(Facts facts, Applicant applicant) {
    return applicant.distrust().flatMap(why -> waiting(why, LOOK_AGAIN));
  }

  /** A person's order is a new approval; another attempt is not. */
  private Optional<Decision> editedSince(Facts facts, Applicant applicant) {
    Cause cause = facts.task().nextCause();
    boolean bound =
        applicant.approval().binding() && (cause == Cause.RETRY || cause == Cause.TAKEOVER);
    return bound && facts.lastApproved().filter(applicant.approval().hash()::equals).isEmpty()
        ? Optional.of(
            new Hold(
                "The task was edited since its last run, and it cannot be told by whom.",
                "Read the task again and release it."))
        : Optional.empty();
  }

  private Optional<Decision> nothingToDo(Facts facts, Applicant applicant) {
    boolean empty = applicant.task().title().isBlank() && applicant.task().description().isBlank();
    return empty
        ? Optional.of(
            new Hold(
                "The task has neither a title nor a description.", "Write what is to be done."))
        : Optional.empty();
  }

  private Optional<Decision> blocked(Facts facts, Applicant applicant) {
    List<Blocker> blockers = applicant.task().blockers();
    if (blockers.isEmpty()) {
      return Optional.empty();
    }
    String names =
        blockers.stream()
            .limit(3)
            .map(blocker -> blocker.id() + " \"" + shorten(blocker.title()) + "\"")
            .collect(Collectors.joining(", "));
    return waiting("blocked by " + names + (blockers.size() > 3 ? " and more" : ""), LOOK_AGAIN);
  }

  private static String shorten(String title) {
    String line = title.strip().replaceAll("\\s+", " ");
    int characters = line.codePointCount(0, line.length());
    return characters <= 60 ? line : line.substring(0, line.offsetByCodePoints(0, 57)) + "...";
  }

  private Optional<Decision> tooEarly(Facts facts, Applicant applicant) {
    return facts
        .task()
        .notBefore()
        .filter(time -> time.isAfter(clock.instant()))
        .map(
            time -> new Wait(facts.task().waitReason().orElse("waits for its next attempt"), time));
  }

  private Optional<Decision> takesWorkersDown(Facts facts, Applicant applicant) {
    return facts.task().crashes() >= Bounds.POISON
        ? Optional.of(
            new Hold(
                "The worker died "
                    + facts.task().crashes()
                    + " times while it worked on this task.",
                "Look at the task and the worker's log first."))
        : Optional.empty();
  }

  private Optional<Decision> attemptsUsedUp(Facts facts, Applicant applicant) {
    return facts.task().attempts() >= bounds.maxAttempts()
        ? Optional.of(
            new Hold(
                "All " + bounds.maxAttempts() + " attempts are used up.",
                "Change the task or the worker's settings first."))
        : Optional.empty();
  }

  private Optional<Decision> runsInCircles(Facts facts, Applicant applicant) {
    return facts.runsInWindow() >= bounds.runsPerWindow()
        ? Optional.of(
            new Hold(
                "This task was run "
                    + facts.runsInWindow()
                    + " times within 24 hours, which looks like a loop.",
                "Find out what starts it again and again."))
        : Optional.empty();
  }

  private Optional<Decision> taskBudget(Facts facts, Applicant applicant) {
    return passes(facts.taskSpent(), bounds.taskUsd())
        ? Optional.empty()
        : Optional.of(
            new Hold(
                "The task's budget of $%s does not cover another run: $%s is spent or reserved and a run may cost $%s."
                    .formatted(
                        plain(bounds.taskUsd()), plain(facts.taskSpent()), plain(bounds.runUsd())),
                "Raise WORKER_TASK_BUDGET_USD, or lower WORKER_COST_LIMIT_USD."));
  }

  private Optional<Decision> monthlyBudget(Facts facts, Applicant applicant) {
    if (bounds.monthUsd().isEmpty()) {
      return Optional.empty();
    }
    BigDecimal budget = bounds.monthUsd().get();
    Month month = facts.month();
    if (passes(month.spent().add(month.reserved()), budget)) {
      return Optional.empty();
    }
    if (passes(month.spent(), budget)) {
      return waiting(
          "the rest of the worker's monthly budget is reserved for runs that are on", MOMENT);
    }
    return Optional.of(
        new Hold(
            "The worker's monthly budget of $%s does not cover another run: $%s is spent and a run may cost $%s."
                .formatted(plain(budget), plain(month.spent()), plain(bounds.runUsd())),
            "Raise WORKER_MONTHLY_BUDGET_USD, or release it in the next month."));
  }

  private boolean passes(BigDecimal spent, BigDecimal budget) {
    return spent.add(bounds.runUsd()).compareTo(budget) <= 0;
  }

  private static String plain(BigDecimal amount) {
    BigDecimal shortest = amount.stripTrailingZeros();
    return shortest
        .setScale(shortest.scale() <= 0 ? 0 : Math.max(2, shortest.scale()))
        .toPlainString();
  }

  private Optional<Decision> waiting(String reason, Duration howLong) {
    return Optional.of(new Wait(reason, clock.instant().plus(howLong)));
  }
}
