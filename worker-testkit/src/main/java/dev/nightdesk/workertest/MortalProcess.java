package dev.nightdesk.workertest;

import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.TaskKey;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.testkit.GivenValues;
import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.toolkit.CannotStartException;
import dev.nightdesk.toolkit.ChildProcess;
import dev.nightdesk.toolkit.Launch;
import dev.nightdesk.worker.Step;
import dev.nightdesk.worker.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A worker in a process of its own, which stands still with each task at the step where it shall
 * die, and dies when it does so with all of them.
 */
final class MortalProcess extends WorkerStage {
  private static final int KILLED = 137;

  private final Map<String, Step> fates = new HashMap<>();
  private final Map<String, String> settings = new HashMap<>();
  private final Set<String> fallen = ConcurrentHashMap.newKeySet();

  private MortalProcess() {}

  /** Runs it to its death; its exit code. */
  static int live(
      Path home,
      Class<? extends TaskQueueProvider> provider,
      Map<String, String> settings,
      Map<String, Step> fates)
      throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                MortalProcess.class.getName(),
                home.toString(),
                provider.getName()));
    settings.forEach((name, value) -> words.add(name + "=" + value));
    fates.forEach((id, step) -> words.add(id + "=" + step));
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("output.txt").toFile())
            .start();
    try {
      return process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }

  public static void main(String[] args) throws Exception {
    MortalProcess process = new MortalProcess();
    process.home = Path.of(args[0]);
    for (String word : List.of(args).subList(2, args.length)) {
      String name = word.substring(0, word.indexOf('='));
      String value = word.substring(name.length() + 1);
      if (name.matches("[A-Z_]+")) {
        process.settings.put(name, value);
      } else {
        process.fates.put(name, Step.valueOf(value));
      }
    }
    process.live(Class.forName(args[1]));
  }

  @Override
  protected QueueFixture fixture() {
    throw new UnsupportedOperationException("the service is in another process");
  }

  private void live(Class<?> of) throws Exception {
    concurrency = Step.values().length;
    steps = this::reached;
    TaskQueueProvider provider = (TaskQueueProvider) of.getDeclaredConstructor().newInstance();
    TaskQueue queue = provider.open(GivenValues.of(settings), new Desk(NAME, home, clock));
    Ledger ledger = Ledger.open(home, Optional.empty(), clock);
    ScriptedAgent agent = new ScriptedAgent((request, voice) -> work(ledger, request, voice));
    // That an audit line is written is noted when a worker closes: one that has nothing else to do.
    Optional<Worker> first = Optional.empty();
    for (String id : fates.keySet()) {
      if (fates.get(id) == Step.NOTED) {
        first = Optional.of(worker(agent, queue, ledger));
        first.get().handleWhatIsReady(Optional.of(id));
        clock.advance(Duration.ofSeconds(10));
      }
    }
    worker(agent, queue, ledger).watch();
    first.ifPresent(Worker::close);
    Thread.sleep(Duration.ofMinutes(1));
  }

  private void reached(Step step, TaskKey key) {
    // Of other tasks nothing is begun that its death would leave behind.
    if (step != fates.getOrDefault(key.id(), Step.PICKED)) {
      return;
    }
    fallen.add(key.id());
    if (fallen.containsAll(fates.keySet())) {
      Runtime.getRuntime().halt(KILLED);
    }
    while (step != Step.NOTED) {
      LockSupport.park(this);
    }
  }

  /** What the agent of a task is known by among all processes: a number of seconds. */
  static String mark(Path home, String id) {
    return "86400." + Integer.toUnsignedString(home.hashCode()) + "0" + id;
  }

  static boolean lives(String mark) {
    return ProcessHandle.allProcesses()
        .anyMatch(process -> process.info().commandLine().orElse("").contains(mark));
  }

  /** Starts a program that would never end, spends something, and ends it. */
  private RunResult work(Ledger ledger, RunRequest request, ScriptedAgent.Voice voice) {
    String id = ledger.runs().find(request.runId()).orElseThrow().key().id();
    Launch launch = Launch.of(request, List.of("/bin/sleep", mark(home, id)));
    try (ChildProcess child = ChildProcess.start(launch)) {
      voice.emit(child.started());
      voice.costs(Crashes.COST);
      return voice.done("paid for");
    } catch (CannotStartException e) {
      throw new IllegalStateException(e);
    }
  }
}
