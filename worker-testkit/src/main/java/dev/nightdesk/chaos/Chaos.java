package dev.nightdesk.chaos;

import dev.nightdesk.ledger.Timings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Kills, freezes, cuts off and restarts the workers of several machines at random while tasks come
 * in, then has what is left done in peace, and answers what came of it. Everything is that of a
 * user: the released program, its settings, tasks by SQL.
 */
public final class Chaos implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration PEACE = Duration.ofMinutes(10);
  private static final List<Wire.Cut> CUTS = List.of(Wire.Cut.values());
  private static final String OPEN = "status in ('pending', 'running')";

  private final Plan plan;
  private final Random random;
  private final Tables tables;
  private final List<Machine> machines = new ArrayList<>();

  /** What was done, by its name, and how often. */
  private final Map<String, Integer> deeds = new TreeMap<>();

  private final Diary diary = new Diary();

  private int inserted;

  private Chaos(Plan plan) throws IOException, InterruptedException, SQLException {
    this.plan = plan;
    this.random = new Random(plan.seed());
    this.tables = new Tables(plan.database());
    tables.letIn(Wire.MACHINES);
    for (int number = 1; number <= plan.machines(); number++) {
      machines.add(new Machine(plan, number));
    }
  }

  /** Does all of that, in a {@link Network} of its own. */
  public static Findings play(Plan plan) throws Exception {
    try (Chaos chaos = new Chaos(plan)) {
      return chaos.play();
    }
  }

  /**
   * The agent's program, for the settings: it does a task in about a third of a second, but some
   * take longer than it takes until a frozen worker is replaced, the first time.
   */
  public static Path agent(Path folder, Timings timings) throws IOException {
    Files.createDirectories(folder.resolve("locks"));
    Files.createDirectories(folder.resolve("slow"));
    Path file = folder.resolve("chaos-agent");
    Files.writeString(
        file,
        """
        #!/bin/sh
        while IFS= read -r line; do
          case $line in *'Title: chaos '*) task=${line##*Title: chaos } ;; esac
        done
        cd '%s' || exit 1
        # Held until the last process of this tree is gone.
        exec 9>>"locks/$task"
        flock -n 9 || echo "$task" >>overlaps
        echo "$task" >>begun
        case $task in
          *poison) sleep 60 ;;
          *slow) if mkdir "slow/$task"; then sleep %d; fi ;;
          *) sleep 0.3 ;;
        esac
        echo "$task" >>ended
        echo "done with $task"
        """
            .formatted(folder, timings.deadAfter().multipliedBy(4).toSeconds()));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private Findings play() throws Exception {
    int code = machines.getFirst().nightdesk("run").start().waitFor(); // makes the tables
    if (code != 0) {
      throw new IllegalStateException(
          "nightdesk run: " + Files.readString(machines.getFirst().home().resolve("output.txt")));
    }
    for (Machine machine : machines) {
      machine.start();
    }
    long start = System.nanoTime();
    long next = start + pause();
    while (System.nanoTime() - start < plan.time().toNanos()) {
      tick(start);
      if (System.nanoTime() - next >= 0) {
        strike();
        next = System.nanoTime() + pause();
      }
    }
    Duration drained = drain();
    List<Integer> codes = new ArrayList<>();
    for (Machine machine : machines) {
      codes.add(machine.end());
    }
    return new Reckoning(plan, tables, machines, diary).findings(deeds, drained, codes);
  }

  private void tick(long start) throws Exception {
    insert(System.nanoTime() - start);
    for (Machine machine : machines) {
      if (machine.isDue(System.nanoTime())) {
        machine.comeBack();
        diary.notes(machine + " is back");
      }
      if (machine.isGone()) {
        done(machine, "ended by itself");
        machine.start();
      }
    }
    poison();
    TimeUnit.NANOSECONDS.sleep(TICK.toNanos());
  }

  /** Evenly over the first nine tenths of the time. */
  private void insert(long passed) throws SQLException {
    double part = Math.min(1, passed / (plan.time().toNanos() * 0.9));
    int due = (int) (plan.tasks() * part);
    if (due > inserted) {
      tables.run(
          """
          insert into tasks (title, description)
          select 'chaos ' || n
              || case when n %% %d = 1 then 'poison' when n %% %d = 9 then 'slow' else '' end,
            'What is to be done.' from generate_series(%d, %d) n\
          """
              .formatted(
                  plan.tasks() / plan.poison(),
                  Math.max(25, plan.tasks() / 100),
                  inserted + 1,
                  due));
      inserted = due;
    }
  }

  private long pause() {
    return (long) (plan.pause().toNanos() * (0.5 + random.nextDouble()));
  }

  /** How long a machine is away: half of the times hardly at all. */
  private long backAt() {
    double part = random.nextBoolean() ? 0.01 : random.nextDouble();
    return System.nanoTime() + (long) (plan.away().toNanos() * part) + 1;
  }

  /** Long enough to be replaced meanwhile. */
  private long longAfter() {
    double part = 0.7 + 0.3 * random.nextDouble();
    return System.nanoTime() + (long) (plan.away().toNanos() * part);
  }

  private void strike() throws Exception {
    List<Machine> working = machines.stream().filter(Machine::works).toList();
    int which = random.nextInt(machines.size());
    int what = random.nextInt(10);
    long backAt = backAt();
    if (working.size() < 2) {
      return; // somebody has to be there to take over
    }
    Machine machine = working.get(which % working.size());
    if (what < 3) {
      strikes(machine);
      machine.kill(backAt);
      done(machine, "kill -9");
    } else if (what < 6) {
      strikes(machine);
      machine.freeze(longAfter());
      done(machine, "freeze");
    } else if (what < 8) {
      strikes(machine);
      Wire.Cut cut = CUTS.get(random.nextInt(CUTS.size()));
      machine.cutOff(cut, longAfter());
      done(machine, "cut off from the database, " + cut.words());
    } else if (what == 8) {
      killSupervisor(machine);
    } else {
      machine.end();
      machine.kill(backAt);
      done(machine, "SIGTERM");
    }
  }

  private void done(Machine machine, String deed) {
    deeds.merge(deed, 1, Integer::sum);
    diary.notes(machine + ": " + deed);
  }

  private void strikes(Machine machine) throws SQLException {
    diary.strikes(tables.ask(runsOf(machine, "")));
  }

  /** The owner of a run is HOME.MACHINE.PID.START, numbers in base 36. */
  private static String runsOf(Machine machine, String condition) {
    return "select run_id from nightdesk.run where phase <> 'ENDED' and owner like '%."
        + Long.toString(machine.pid(), 36)
        + ".%'"
        + condition;
  }

  private void killSupervisor(Machine machine) {
    List<ProcessHandle> supervisors =
        ProcessHandle.of(machine.pid()).map(ProcessHandle::children).orElseThrow().toList();
    if (!supervisors.isEmpty()) {
      supervisors.get(random.nextInt(supervisors.size())).destroyForcibly();
      done(machine, "supervisor killed");
    }
  }

  /** Kills whoever carries a poisonous task. */
  private void poison() throws Exception {
    for (Machine machine : machines) {
      String carried =
          " and phase = 'STARTED' and task_id in"
              + " (select id::text from tasks where title like '%poison')";
      if (machine.works() && !tables.ask(runsOf(machine, carried)).isEmpty()) {
        strikes(machine);
        machine.kill(System.nanoTime() + 1);
        done(machine, "kill -9 by poison");
      }
    }
  }

  /** Everybody is well; what is left is done. */
  private Duration drain() throws Exception {
    long start = System.nanoTime();
    insert(Long.MAX_VALUE);
    for (Machine machine : machines) {
      if (!machine.works()) {
        machine.comeBack();
        diary.notes(machine + " is back");
      }
    }
    while (tables.count("select count(*) from tasks where " + OPEN) > 0) {
      tick(start - plan.time().toNanos());
      if (System.nanoTime() - start > PEACE.toNanos()) {
        break;
      }
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Override
  public void close() throws SQLException {
    machines.forEach(Machine::close);
    tables.close();
  }
}
