package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each command answers; none of these needs a queue. */
class CommandsTest {
  private static final Map<String, String> SET =
      Map.of(
          "WORKER_QUEUE", "postgres",
          "WORKER_AGENT", "command",
          "COMMAND_AGENT", "true",
          "WORKER_SANDBOX", "off");

  @TempDir Path folder;

  @BeforeEach
  void takeTheRealPath() throws Exception {
    folder = folder.toRealPath();
  }

  private Command nightdesk(String... args) {
    return Release.built().command(folder, args);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "run",
        "watch",
        "add",
        "tasks",
        "runs",
        "show",
        "logs",
        "explain",
        "stop",
        "resume",
        "doctor",
        "settings",
        "modules",
        "verify-audit",
        "prune"
      })
  void helpsWithEveryCommandAndTouchesNothing(String command) throws Exception {
    var outcome = nightdesk(command, "--help").run();

    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).startsWith("Usage: nightdesk " + command).contains("Exit codes:");
    assertThat(folder.resolve("home")).doesNotExist();
  }

  @Test
  void listsEveryCommandWhereNoneIsGiven() throws Exception {
    var outcome = nightdesk().run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("demo", "verify-audit", "Start with: nightdesk demo");
  }

  @Test
  void suggestsTheCommandThatWasMeant() throws Exception {
    var outcome = nightdesk("taks").run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("'taks'", "nightdesk tasks");
  }

  @Test
  void saysWhatToSetWhereNothingIsSet() throws Exception {
    var outcome = nightdesk("run").run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("Cannot start:\n  - WORKER_QUEUE is not set. It is the name of the queue")
        .contains("  - WORKER_AGENT is not set.", "nightdesk demo", ".env.example")
        .doesNotContain("Exception", "\tat ");
  }

  @Test
  void listsEveryProblemAtOnce() throws Exception {
    var outcome =
        nightdesk("run")
            .with(SET)
            .with("WORKER_QUEUE", "todo")
            .with("WORKER_TIME_LIMIT", "soon")
            .with("COMMAND_OK_EXIT_CODES", "many")
            .run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err().lines().filter(line -> line.startsWith("  - "))).hasSize(3);
  }

  @Test
  void readsEnvFilesAndTellsWhereEachValueCameFrom() throws Exception {
    Files.writeString(
        folder.resolve(".env"),
        "WORKER_QUEUE=one\nWORKER_OWNER='ann # me'\nPOSTGRES_PASSWORD=s3cret\n");
    Files.writeString(folder.resolve("more"), "export WORKER_QUEUE=two\nWORKER_AGENT=two\n");

    var outcome =
        nightdesk("settings", "--json", "--env-file", "more").with("WORKER_AGENT", "three").run();

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .contains("\"WORKER_QUEUE\",\"value\":\"two\",\"source\":\"" + folder + "/more:1\"")
        .contains("\"WORKER_OWNER\",\"value\":\"ann # me\",\"source\":\"" + folder + "/.env:2\"")
        .contains("\"WORKER_AGENT\",\"value\":\"three\",\"source\":\"environment\"")
        .contains("\"POSTGRES_PASSWORD\",\"value\":\"(hidden)\"")
        .contains("\"WORKER_TIME_LIMIT\",\"value\":\"30m\",\"source\":\"default\"")
        .doesNotContain("s3cret");
  }

  @Test
  void takesTheHomeFromTheVariable() throws Exception {
    var outcome = nightdesk("runs").with("NIGHTDESK_HOME", "").run();

    assertThat(outcome.code()).isZero();
    assertThat(folder.resolve(".nightdesk")).isDirectory();
  }

  @Test
  void narrowsSettingsToOneModule() throws Exception {
    assertThat(nightdesk("settings", "command").run().lines())
        .hasSizeGreaterThan(3)
        .noneMatch(line -> line.startsWith("WORKER_") || line.startsWith("POSTGRES_"));
    assertThat(nightdesk("settings", "nothing").run().code()).isEqualTo(2);
  }

  @Test
  void saysThatTheHomeCannotBeWritten() throws Exception {
    Files.writeString(folder.resolve("home"), "a file is in the way");

    var outcome = nightdesk("runs").run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("NIGHTDESK_HOME: nothing can be written to").hasLineCount(1);
  }

  @Test
  void keepsTheHomeToItsOwner() throws Exception {
    nightdesk("runs").run();

    assertThat(Files.getPosixFilePermissions(folder.resolve("home")).toString())
        .doesNotContain("GROUP", "OTHERS");
  }

  @Test
  void saysThatTheLedgerCannotBeReached() throws Exception {
    var outcome =
        nightdesk("runs")
            .with("NIGHTDESK_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/x?password=s3cret")
            .run();

    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.err())
        .contains("127.0.0.1:1")
        .doesNotContain("s3cret", "Exception", "\tat ");
  }

  @Test
  void saysThatTheQueueCannotBeReached() throws Exception {
    var outcome =
        nightdesk("add", "x")
            .with(SET)
            .with("POSTGRES_URL", "jdbc:postgresql://127.0.0.1:1/x")
            .run();

    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.err()).contains("127.0.0.1:1").doesNotContain("\tat ");
  }

  @Test
  void stopsEverythingInThisHomeEvenWithoutALedger() throws Exception {
    nightdesk("runs").run();

    var outcome =
        nightdesk("stop", "--why", "fire")
            .with("NIGHTDESK_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/x")
            .run();

    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.err()).contains("only the workers of this home are stopped");
    assertThat(folder.resolve("home/STOP")).hasContent("fire");
    assertThat(nightdesk("resume").run().out()).contains("Everything goes on.");
    assertThat(folder.resolve("home/STOP")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "show nothing | There is no run nothing",
        "logs nothing | There is no run nothing",
        "explain nothing | No task nothing is known",
        "resume --task worker/9 | No task worker/9 is known",
        "stop | --why",
        "add | TITLE",
        "prune --older-than soon | expected a duration",
        "settings --env-file absent | there is no such file",
        "run --worker nobody | There is no worker named 'nobody'",
      })
  void saysWhatIsWrongWithACommandLine(String line, String message) throws Exception {
    var outcome = nightdesk(line.split(" ")).with(SET).run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains(message).doesNotContain("Exception", "\tat ");
  }

  @Test
  void refusesATaskWithoutATitle() throws Exception {
    var outcome = nightdesk("add", "  ").with(SET).run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("A task needs a title");
  }

  @Test
  void asksWhichOfSeveralWorkers() throws Exception {
    var outcome = nightdesk("add", "x").with(SET).with("WORKERS", "ann,bob").run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("--worker: ann, bob");
  }

  @Test
  void colorsATerminalUnlessToldNotTo() throws Exception {
    Command terminal = nightdesk("modules").with("JDK_JAVA_OPTIONS", "-Dnightdesk.terminal=200");

    assertThat(terminal.run().out()).contains("\u001b[1mKIND");
    assertThat(terminal.with("NO_COLOR", "1").run().out())
        .startsWith("KIND")
        .doesNotContain("\u001b");
    assertThat(nightdesk("modules").run().out()).startsWith("KIND").doesNotContain("\u001b");
  }

  @Test
  void printsOneJsonObjectPerLine() throws Exception {
    for (String command : List.of("settings", "modules", "tasks", "runs", "doctor")) {
      assertThat(nightdesk(command, "--json").run().lines())
          .as(command)
          .allMatch(line -> line.startsWith("{\"") && line.endsWith("}"));
    }
  }

  @Test
  void findsAnEmptyAuditLogWhole() throws Exception {
    var outcome = nightdesk("verify-audit").run();

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("The audit log holds: 0 records");
  }

  @Test
  void warnsOfAVariableThatNothingReads() throws Exception {
    assertThat(
            nightdesk("add", "x")
                .with(SET)
                .with("POSTGRES_URL", "jdbc:postgresql://127.0.0.1:1/x")
                .with("POSTGRES_TABEL", "x")
                .run()
                .err())
        .contains(
            "POSTGRES_TABEL is set (environment) but nothing reads it. Did you mean POSTGRES_TABLE?");
  }

  @Test
  void writesLogLinesInTheFormAskedFor() throws Exception {
    Command warning =
        nightdesk("add", "x")
            .with(SET)
            .with("POSTGRES_URL", "jdbc:postgresql://127.0.0.1:1/x")
            .with("WORKER_X", "\u001b[2J");

    assertThat(warning.with("NIGHTDESK_LOG", "json").run().err().lines())
        .anyMatch(line -> line.startsWith("{\"time\":\"") && line.contains("\"WORKER_X is set"));
    assertThat(warning.with("NIGHTDESK_LOG", "text").run().err().lines())
        .anyMatch(line -> line.startsWith("time=") && line.contains("message=\"WORKER_X is set"));
  }
}
