package dev.nightdesk.bench;

import dev.nightdesk.testkit.modelserver.ModelServer;
import dev.nightdesk.testkit.modelserver.Script;
import dev.nightdesk.testkit.modelserver.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * One trivial task by a real agent program against a model on loopback: from the insert into the
 * SQL queue to its review, sandboxed, beside the bare program in the same round.
 */
final class Agents {
  private static final int ROUNDS = Integer.getInteger("bench.agents", 15);
  private static final int MEMORY_ROUNDS = 5;
  private static final int WARM_UP = 4;
  private static final double MOST_MILLIS_MORE = 60;
  private static final double MOST_SHARE_MORE = 0.10;
  private static final String PROMPT = "Say that all is done.";

  /**
   * A program to measure.
   *
   * @param title as people call it
   * @param settings of its adapter
   * @param bare its own command line, which reads the prompt from standard input
   * @param environment of the bare program
   */
  private record Agent(
      String title,
      Map<String, String> settings,
      List<String> bare,
      Map<String, String> environment) {}

  /** What is measured. */
  private interface Step {
    void run() throws Exception;
  }

  private Agents() {}

  static List<Row> measure() throws Exception {
    List<Row> rows = new ArrayList<>();
    try (ModelServer model = ModelServer.playing(Script.of(Turn.says("All is done.")))) {
      for (String name : List.of("claude", "codex")) {
        try (Stage stage = new Stage()) {
          rows.addAll(rows(stage, agent(name, stage, model)));
        }
      }
    }
    return rows;
  }

  private static Agent agent(String name, Stage stage, ModelServer model) throws IOException {
    Path programs = Path.of(System.getProperty("bench.clients"), "node_modules").toRealPath();
    Path home = Files.createDirectories(stage.folder().resolve("bare"));
    return name.equals("claude")
        ? claude(programs.resolve("@anthropic-ai/claude-code-linux-x64/claude"), home, model)
        : codex(programs.resolve("@openai/codex-linux-x64/vendor"), home, model);
  }

  private static Map<String, String> environment(Path home, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", home.toString());
    return environment;
  }

  private static Agent claude(Path program, Path home, ModelServer model) {
    String options =
        "-p --output-format stream-json --verbose --model sonnet --strict-mcp-config"
            + " --setting-sources";
    List<String> bare = new ArrayList<>(List.of(program.toString()));
    bare.addAll(List.of(options.split(" ", -1)));
    bare.add("");
    return new Agent(
        "Claude Code",
        Map.of(
            "WORKER_AGENT",
            "claude",
            "CLAUDE_COMMAND",
            program.toString(),
            "ANTHROPIC_API_KEY",
            "dummy",
            "ANTHROPIC_BASE_URL",
            model.url().toString()),
        bare,
        environment(
            home,
            Map.of(
                "ANTHROPIC_API_KEY",
                "dummy",
                "ANTHROPIC_BASE_URL",
                model.url().toString(),
                "CLAUDE_CONFIG_DIR",
                home.toString(),
                "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
                "1")));
  }

  private static Agent codex(Path vendor, Path home, ModelServer model) throws IOException {
    Path program;
    try (var found = Files.walk(vendor)) {
      program =
          found
              .filter(path -> path.endsWith("codex") && Files.isRegularFile(path))
              .filter(Files::isExecutable)
              .findFirst()
              .orElseThrow();
    }
    String url = model.url() + "/v1";
    String options =
        "exec --json --skip-git-repo-check --disable plugins -m gpt-5 -c model_provider=bare -c";
    List<String> bare = new ArrayList<>(List.of(program.toString()));
    bare.addAll(List.of(options.split(" ", -1)));
    bare.add(
        "model_providers.bare={name=\"bare\",base_url=\"%s\",wire_api=\"responses\",env_key=\"CODEX_API_KEY\"}"
            .formatted(url));
    bare.add("-");
    return new Agent(
        "Codex",
        Map.of(
            "WORKER_AGENT", "codex",
            "CODEX_COMMAND", program.toString(),
            "CODEX_MODEL", "gpt-5",
            "CODEX_API_KEY", "dummy",
            "CODEX_BASE_URL", url),
        bare,
        environment(home, Map.of("CODEX_API_KEY", "dummy", "CODEX_HOME", home.toString())));
  }

  private static List<Row> rows(Stage stage, Agent agent) throws Exception {
    stage.set(agent.settings());
    stage.set(Map.of("WORKER_SANDBOX", "on"));
    Program.release(stage, "run").time();
    stage.run(
        "create function reviewed() returns trigger language plpgsql as"
            + " 'begin notify reviewed; return null; end'");
    stage.run(
        "create trigger reviewed after update of status on tasks for each row"
            + " when (new.status = 'review') execute function reviewed()");
    Process watch = Program.release(stage, "watch").start();
    try (Connection reviewed = stage.connect()) {
      try (Statement statement = reviewed.createStatement()) {
        statement.execute("listen reviewed");
      }
      Step ours = () -> throughNightdesk(stage, reviewed);
      AtomicReference<@Nullable Process> started = new AtomicReference<>();
      Step bare = () -> bare(stage, agent, started);
      return List.of(
          times(agent, ours, bare),
          memory(
              agent,
              megabytes(() -> watch.toHandle().descendants(), ours),
              megabytes(() -> Stream.ofNullable(started.get()).flatMap(Agents::tree), bare)));
    } finally {
      watch.destroy();
      watch.waitFor();
    }
  }

  /** Nothing else is looked at meanwhile: a query or a look at processes would take its CPU. */
  private static Row times(Agent agent, Step ours, Step bare) throws Exception {
    Samples through = new Samples();
    Samples alone = new Samples();
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      double one = millis(ours);
      double other = millis(bare);
      if (round >= 0) {
        through.add(one);
        alone.add(other);
      }
    }
    return time(agent, through, alone);
  }

  private static double millis(Step step) throws Exception {
    long start = System.nanoTime();
    step.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static void throughNightdesk(Stage stage, Connection reviewed) throws Exception {
    stage.run("insert into tasks (title) values ('" + PROMPT + "')");
    int patience = 60_000;
    if (reviewed.unwrap(PGConnection.class).getNotifications(patience).length == 0) {
      throw new IllegalStateException("a task is not done; see output.txt");
    }
  }

  private static void bare(Stage stage, Agent agent, AtomicReference<@Nullable Process> started)
      throws Exception {
    Path work = Files.createTempDirectory(stage.folder(), "work");
    Path prompt = Files.writeString(stage.folder().resolve("prompt"), PROMPT);
    ProcessBuilder builder = new ProcessBuilder(agent.bare()).directory(work.toFile());
    builder.environment().clear();
    builder.environment().putAll(agent.environment());
    builder.redirectInput(prompt.toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(stage.folder().resolve("bare.txt").toFile());
    Process process = builder.start();
    started.set(process);
    int code = process.waitFor();
    if (code != 0) {
      throw new IllegalStateException(
          "it ended with %d: %s"
              .formatted(code, Files.readString(stage.folder().resolve("bare.txt"))));
    }
  }

  private static Row time(Agent agent, Samples ours, Samples bare) {
    double more = ours.median() - bare.median();
    double allowed = Math.max(MOST_MILLIS_MORE, MOST_SHARE_MORE * bare.median());
    return new Row(
        "a trivial task of " + agent.title() + ", from insert to review, sandboxed",
        ours.withRange() + " ms",
        "the bare program: " + bare.withRange() + " ms",
        Samples.round(ours.median() / bare.median()),
        "at most " + Samples.round(allowed) + " ms more",
        more <= allowed);
  }

  private static Row memory(Agent agent, Samples ours, Samples bare) {
    return new Row(
        "memory of all that " + agent.title() + " and its supervision start for it",
        ours.withRange() + " MB",
        "the bare program: " + bare.withRange() + " MB",
        Samples.round(ours.median() / bare.median()),
        "at most 10 % more",
        ours.median() <= 1.1 * bare.median());
  }

  /** The most memory that some processes had at once while a step ran, in rounds of its own. */
  private static Samples megabytes(Supplier<Stream<ProcessHandle>> processes, Step step)
      throws Exception {
    Samples samples = new Samples();
    for (int round = 0; round < MEMORY_ROUNDS; round++) {
      AtomicBoolean over = new AtomicBoolean();
      AtomicLong most = new AtomicLong();
      Thread sampler =
          Thread.ofPlatform()
              .start(() -> {
                while (!over.get()) {
                  long now = processes.get().mapToLong(Agents::kilobytes).sum();
                  most.accumulateAndGet(now, Math::max);
                  LockSupport.parkNanos(10_000_000);
                }
              });
      try {
        step.run();
      } finally {
        over.set(true);
        sampler.join();
      }
      samples.add(most.get() / 1024.0);
    }
    return samples;
  }

  private static Stream<ProcessHandle> tree(Process root) {
    return Stream.concat(Stream.of(root.toHandle()), root.descendants());
  }

  private static long kilobytes(ProcessHandle process) {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException gone) {
      return 0;
    }
  }
}
