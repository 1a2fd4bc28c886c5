package dev.nightdesk.app;

import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.Provider;
import dev.nightdesk.settings.ConfiguredWorker;
import dev.nightdesk.settings.DeskSettings;
import dev.nightdesk.settings.Settings;
import dev.nightdesk.settings.Variables;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The whole desk on this machine alone: a real queue, a real worker, and a small honest agent. */
@Command(name = "demo", description = "See it work: no account, no credentials, no network.")
final class DemoCommand implements Callable<Integer> {
  private static final String AGENT = "demo-agent.sh";
  private static final Map<String, String> TASKS = new LinkedHashMap<>();

  static {
    TASKS.put(
        "Count the words of this text",
        """
        The night is long and the list is long,
        but the desk is lit and the work goes on.
        What is asked at dusk is done by dawn.
        """);
    TASKS.put("Sort this shopping list", "tea\nbread\napples\npaper\nbread\nsoap\ntea\n");
    TASKS.put("Add up what the trip cost", "128 train\n96 hotel\n17 dinner\n6 coffee\n");
  }

  private final Console console;
  private final Provider<DeskSettings> desk;
  private final Provider<Settings> settings;

  @Inject
  DemoCommand(Console console, Provider<DeskSettings> desk, Provider<Settings> settings) {
    this.console = console;
    this.desk = desk;
    this.settings = settings;
  }

  @Override
  public Integer call() throws IOException, QueueException, InterruptedException {
    Path home = HomeFolder.open(desk.get().home().resolve("demo"));
    Path agent = agent(home);
    console.print(
        console.bold("Nightdesk demo") + ": a SQL queue, a worker and a small agent, in " + home);
    try (var opened = new Opened()) {
      Injector parts = parts(opened, home, agent, "on");
      Optional<String> obstacle = obstacle(parts);
      if (obstacle.isPresent()) {
        parts = parts(opened, home, agent, "off");
        console.print(
            console.yellow("The agent runs without a sandbox here")
                + ", which is right for this demo only: "
                + Text.oneLine(obstacle.get()));
      }
      return show(parts, home);
    }
  }

  private int show(Injector parts, Path home) throws QueueException, InterruptedException {
    var workers = parts.getInstance(Workers.class);
    TaskQueue queue = workers.queueOf(workers.one(Optional.empty()));
    console.print("\nStarting an embedded PostgreSQL and putting three tasks in its queue ...");
    Map<String, String> added = new LinkedHashMap<>();
    for (var task : TASKS.entrySet()) {
      String id = queue.add(new NewTask(task.getKey(), task.getValue(), List.of(), 0));
      added.put(id, task.getKey());
      console.print("  demo/" + id + "  " + task.getKey());
    }
    console.print("\nA worker takes them, one after the other ...");
    int code = parts.getInstance(Shift.class).handleWhatIsReady(List.of(), Optional.empty());
    if (code > ExitCode.UNREACHABLE) {
      return code;
    }
    console.print("\nWhat you would see on each task:");
    int inReview = 0;
    for (var task : added.entrySet()) {
      Optional<Standing> standing = queue.find(task.getKey()).map(Task::standing);
      boolean review = standing.filter(s -> s == Standing.REVIEW).isPresent();
      inReview += review ? 1 : 0;
      print(
          "demo/" + task.getKey() + "  " + task.getValue(),
          review,
          queue.comments(task.getKey(), Optional.empty()));
    }
    return ending(home, inReview);
  }

  private void print(String task, boolean review, List<Comment> comments) {
    console.print(
        "\n"
            + console.bold(task)
            + "  "
            + (review ? console.green("[review]") : console.red("[not in review]")));
    for (Comment comment : comments) {
      console.print(Text.lines(comment.body().strip()).indent(4).stripTrailing());
      console.print("");
    }
  }

  private int ending(Path home, int inReview) {
    if (inReview < TASKS.size()) {
      console.tell(
          "Only %d of %d tasks are in review. To find out why: NIGHTDESK_HOME=%s nightdesk runs"
              .formatted(inReview, TASKS.size(), home));
      return ExitCode.FAILED;
    }
    console.print(
        """
        All three are in review. They stay open until you close them.

        Look closer:      NIGHTDESK_HOME=%s nightdesk runs
        Use it for real:  copy .env.example to .env, set WORKER_QUEUE and WORKER_AGENT and what they
                          need, then: nightdesk doctor, and: nightdesk watch\
        """
            .formatted(home));
    return ExitCode.DONE;
  }

  private Injector parts(Opened opened, Path home, Path agent, String sandbox) {
    Map<String, String> variables =
        new HashMap<>(settings.get().pick(List.of("PATH", "LANG", "TERM", "TZ")));
    variables.put("NIGHTDESK_HOME", home.toString());
    variables.put("WORKERS", "demo");
    variables.put("WORKER_QUEUE", "postgres");
    variables.put("WORKER_AGENT", "command");
    variables.put("WORKER_SANDBOX", sandbox);
    variables.put("COMMAND_AGENT", "'" + agent.toString().replace("'", "'\\''") + "'");
    var demo = new Settings(Variables.of(variables), home);
    return Guice.createInjector(new DeskModule(console, opened, options -> demo));
  }

  /** Why the agent cannot run with these settings, if it cannot. */
  private static Optional<String> obstacle(Injector parts) throws InterruptedException {
    var workers = parts.getInstance(Workers.class);
    ConfiguredWorker worker = workers.one(Optional.empty());
    return workers.agentOf(worker).check(workers.containment(worker.values())).stream()
        .filter(finding -> finding.state() == Finding.State.WRONG)
        .map(Finding::message)
        .findFirst();
  }

  private static Path agent(Path home) throws IOException {
    Path folder = home.resolve("agent");
    HomeFolder.create(folder);
    Path file = folder.resolve(AGENT);
    try (InputStream script = DemoCommand.class.getResourceAsStream(AGENT)) {
      if (script == null) {
        throw new IllegalStateException(AGENT + " is not in the jar");
      }
      Files.copy(script, file, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file;
  }
}
