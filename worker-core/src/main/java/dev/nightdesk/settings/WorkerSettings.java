package dev.nightdesk.settings;

import dev.nightdesk.spi.Network;
import dev.nightdesk.spi.Setting;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The settings of a worker, whatever its queue and agent. */
public final class WorkerSettings {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Set<String> RESERVED = Set.of("open", "none", "model");
  private static final long LEAST_MEMORY = 64L << 20;
  private static final Duration SHORTEST_POLL = Duration.ofMillis(100);

  public static final Setting<String> QUEUE =
      Setting.text("WORKER_QUEUE", "name of the queue that tasks come from");
  public static final Setting<String> AGENT =
      Setting.text("WORKER_AGENT", "name of the agent that does the work");
  public static final Setting<Duration> POLL_INTERVAL =
      Setting.of("WORKER_POLL_INTERVAL", "time between two polls", WorkerSettings::pollInterval)
          .optional();
  public static final Setting<Integer> CONCURRENCY =
      Setting.number("WORKER_CONCURRENCY", "number of runs at once on this machine", 1).orElse("1");
  public static final Setting<Duration> TIME_LIMIT =
      Setting.of("WORKER_TIME_LIMIT", "longest time of a whole run", WorkerSettings::some)
          .orElse("30m");

  /** Zero is "off". */
  public static final Setting<Duration> IDLE_LIMIT =
      Setting.of(
              "WORKER_IDLE_LIMIT",
              "longest time without a sign of life from the agent, or off",
              text -> text.equals("off") ? Duration.ZERO : some(text))
          .optional();

  public static final Setting<Integer> CALL_LIMIT =
      Setting.number("WORKER_CALL_LIMIT", "most model calls of a run", 1).orElse("200");
  public static final Setting<BigDecimal> COST_LIMIT_USD =
      Setting.dollars("WORKER_COST_LIMIT_USD", "most that a run may cost").orElse("5");
  public static final Setting<Long> OUTPUT_LIMIT =
      Setting.size("WORKER_OUTPUT_LIMIT", "largest result text of a run").orElse("1MB");
  public static final Setting<Integer> MAX_ATTEMPTS =
      Setting.number("WORKER_MAX_ATTEMPTS", "number of attempts before a task is marked failed", 1)
          .orElse("3");
  public static final Setting<BigDecimal> TASK_BUDGET_USD =
      Setting.dollars("WORKER_TASK_BUDGET_USD", "most that all runs of one task may cost")
          .orElse("20");
  public static final Setting<BigDecimal> MONTHLY_BUDGET_USD =
      Setting.dollars(
              "WORKER_MONTHLY_BUDGET_USD", "most that this worker may cost in a calendar month")
          .optional();
  public static final Setting<Path> INSTRUCTIONS =
      Setting.path("WORKER_INSTRUCTIONS", "Markdown file put before every task").optional();
  public static final Setting<Path> DIRECTORY =
      Setting.path(
              "WORKER_DIRECTORY",
              "folder or git repository that the agent works on, each run on a copy of its own")
          .optional();
  public static final Setting<Path> OUTPUT_DIRECTORY =
      Setting.path("WORKER_OUTPUT_DIRECTORY", "folder that the files of a good run are copied to")
          .optional();
  public static final Setting<List<Path>> READABLE =
      Setting.of(
              "WORKER_READABLE",
              "list of further paths that the agent may see",
              WorkerSettings::paths)
          .optional();
  public static final Setting<List<Path>> WRITABLE =
      Setting.of(
              "WORKER_WRITABLE",
              "list of further paths that the agent may change",
              WorkerSettings::paths)
          .optional();
  public static final Setting<AuthorRule> AUTHORS =
      Setting.of(
              "WORKER_AUTHORS",
              "list of those whose tasks are worked on: ids or logins, members, or anyone",
              AuthorRule::parse)
          .optional();
  public static final Setting<Boolean> TRUST_DIRECTORY =
      Setting.flag(
              "WORKER_TRUST_DIRECTORY",
              "permission to honour the agent configuration in WORKER_DIRECTORY")
          .orElse("false");
  public static final Setting<Boolean> REQUIRE_STATUS =
      Setting.flag("WORKER_REQUIRE_STATUS", "rule that every result must end with a STATUS line")
          .orElse("false");
  public static final Setting<List<ExpectedFile>> EXPECT =
      Setting.of(
              "WORKER_EXPECT",
              "list of file patterns, with optional minimum sizes, that a good run leaves behind",
              ExpectedFile::parseAll)
          .optional();
  public static final Setting<List<String>> AGENT_ENV =
      Setting.of(
              "WORKER_AGENT_ENV",
              "list of variables that the agent may see beside the minimal set",
              WorkerSettings::variableNames)
          .optional();
  public static final Setting<String> SANDBOX =
      Setting.choice("WORKER_SANDBOX", "confinement of the agent by bubblewrap", "on", "off")
          .orElse("on");
  public static final Setting<Network> NETWORK =
      Setting.of(
              "WORKER_NETWORK",
              "part of the network that the agent can reach: open, none, model (its model only), or"
                  + " a list of hosts beside its model, such as api.example.com, *.example.com",
              WorkerSettings::network)
          .orElse("open");

  /** Zero is "off". */
  public static final Setting<Long> MEMORY_LIMIT =
      Setting.of(
              "WORKER_MEMORY_LIMIT",
              "most memory that all processes of a run may use together, or off",
              text -> text.equals("off") ? 0L : memory(text))
          .orElse("4GB");

  /** Zero is "off". */
  public static final Setting<Integer> PROCESS_LIMIT =
      Setting.of(
              "WORKER_PROCESS_LIMIT",
              "most processes and threads of a run at once, or off",
              text -> text.equals("off") ? 0 : processes(text))
          .orElse("1024");

  public static final Setting<String> OWNER =
      Setting.text("WORKER_OWNER", "person or team that answers for this worker").optional();
  public static final Setting<String> RUNBOOK =
      Setting.text("WORKER_RUNBOOK", "address of the page that says what to do when it fails")
          .optional();
  public static final Setting<String> PURPOSE =
      Setting.text("WORKER_PURPOSE", "sentence that says what this worker is for").optional();

  /** Every setting of a worker, in the order in which a person should see them. */
  public static final List<Setting<?>> ALL =
      List.of(
          QUEUE,
          AGENT,
          POLL_INTERVAL,
          CONCURRENCY,
          TIME_LIMIT,
          IDLE_LIMIT,
          CALL_LIMIT,
          COST_LIMIT_USD,
          OUTPUT_LIMIT,
          MAX_ATTEMPTS,
          TASK_BUDGET_USD,
          MONTHLY_BUDGET_USD,
          INSTRUCTIONS,
          DIRECTORY,
          OUTPUT_DIRECTORY,
          READABLE,
          WRITABLE,
          AUTHORS,
          TRUST_DIRECTORY,
          REQUIRE_STATUS,
          EXPECT,
          AGENT_ENV,
          SANDBOX,
          NETWORK,
          MEMORY_LIMIT,
          PROCESS_LIMIT,
          OWNER,
          RUNBOOK,
          PURPOSE);

  private WorkerSettings() {}

  private static Network network(String text) {
    return switch (text) {
      case "open" -> new Network.Open();
      case "none" -> new Network.Fenced(false, List.of());
      case "model" -> new Network.Fenced(true, List.of());
      default -> {
        List<String> hosts = words(text);
        if (hosts.isEmpty() || hosts.stream().anyMatch(RESERVED::contains)) {
          throw new IllegalArgumentException("expected open, none, model or hosts");
        }
        yield new Network.Fenced(true, hosts.stream().map(Network.Host::parse).toList());
      }
    };
  }

  private static long memory(String text) {
    long bytes = Setting.parseSize(text);
    if (bytes < LEAST_MEMORY) {
      throw new IllegalArgumentException("expected at least 64MB, such as 4GB");
    }
    return bytes;
  }

  private static int processes(String text) {
    if (!text.matches("\\d{2,7}") || Integer.parseInt(text) < 16) {
      throw new IllegalArgumentException("expected a number of at least 16, such as 1024");
    }
    return Integer.parseInt(text);
  }

  private static Duration some(String text) {
    Duration duration = Setting.parseDuration(text);
    if (duration.isZero()) {
      throw new IllegalArgumentException("expected a duration of more than 0, such as 10m");
    }
    return duration;
  }

  private static Duration pollInterval(String text) {
    Duration interval = Setting.parseDuration(text);
    if (interval.compareTo(SHORTEST_POLL) < 0) {
      throw new IllegalArgumentException("expected at least 100ms, such as 30s");
    }
    return interval;
  }

  static List<String> words(String text) {
    return Stream.of(text.split(",")).map(String::strip).filter(w -> !w.isEmpty()).toList();
  }

  private static List<Path> paths(String text) {
    return words(text).stream().map(Setting::parsePath).map(Path::toAbsolutePath).toList();
  }

  private static List<String> variableNames(String text) {
    List<String> names = words(text);
    if (!names.stream().allMatch(name -> VARIABLE.matcher(name).matches())) {
      throw new IllegalArgumentException("expected names of variables, separated by commas");
    }
    return names;
  }
}
