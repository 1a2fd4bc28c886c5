package dev.nightdesk.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightdesk.settings.Adapters.Adapter;
import dev.nightdesk.settings.canned.EchoAgent;
import dev.nightdesk.settings.canned.SecondShelfQueue;
import dev.nightdesk.settings.canned.ShelfQueue;
import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.TaskQueueProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final Adapters ADAPTERS =
      new Adapters(List.of(queue(new ShelfQueue(), "shelf.jar")), List.of(agent()), List.of());

  @TempDir Path folder;

  private static Adapter<TaskQueueProvider> queue(TaskQueueProvider provider, String jar) {
    return new Adapter<>(provider.name(), provider.settings(), provider, jar);
  }

  private static Adapter<AgentRunnerProvider> agent() {
    var echo = new EchoAgent();
    return new Adapter<>(echo.name(), echo.settings(), echo, "echo.jar");
  }

  private Settings settings(String... pairs) {
    return new Settings(Variables.of(map(pairs)), folder);
  }

  private static Map<String, String> map(String... pairs) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  /** Settings that are right, and these. */
  private Settings rightAnd(String... pairs) {
    Map<String, String> all =
        new HashMap<>(
            Map.of("WORKER_QUEUE", "shelf", "WORKER_AGENT", "echo", "SHELF_TOKEN", "tok-12345"));
    all.putAll(map(pairs));
    return new Settings(Variables.of(all), folder);
  }

  private static List<ConfiguredWorker> workers(Settings settings) {
    return settings.workers(ADAPTERS, List.of());
  }

  private static SettingsException failure(Settings settings) {
    return catchThrowableOfType(SettingsException.class, () -> workers(settings));
  }

  @Test
  void listsWhatIsNeededWhereNothingIsSet() {
    assertThat(failure(settings()))
        .hasMessage(
            """
            Cannot start:
              - WORKER_QUEUE is not set. It is the name of the queue that tasks come from (found: shelf).
              - WORKER_AGENT is not set. It is the name of the agent that does the work (found: echo).

            Nothing is set yet. To see it work first, without any account: nightdesk demo
            Then copy .env.example to .env and fill it in; nightdesk settings explains every variable.\
            """);
  }

  @Test
  void listsEveryProblemAtOnce() {
    var failure =
        failure(
            settings(
                "WORKER_QUEUE", "shelf",
                "WORKER_AGENT", "echo",
                "WORKER_TIME_LIMIT", "soon",
                "WORKER_CONCURRENCY", "0",
                "SHELF_WIDTH", "wide"));

    assertThat(failure)
        .hasMessage(
            """
            Cannot start:
              - WORKER_CONCURRENCY: expected a whole number of at least 1, got '0'
              - WORKER_TIME_LIMIT: expected a duration such as 30s, 10m or 1h30m, got 'soon'
              - SHELF_TOKEN is not set. It is the token from Shelf, Settings, Developer.
              - SHELF_WIDTH: expected a whole number of at least 1, got 'wide'\
            """);
  }

  @Test
  void refusesAnUnknownQueueAndNamesTheNearest() {
    assertThat(failure(rightAnd("WORKER_QUEUE", "shelv")).problems())
        .containsExactly(
            "WORKER_QUEUE: there is no adapter named 'shelv' (found: shelf). Did you mean shelf?");
  }

  @Test
  void takesAnAdapterNameByItsCase() {
    assertThat(failure(rightAnd("WORKER_AGENT", "Echo")).problems())
        .singleElement()
        .asString()
        .contains("'Echo'", "Did you mean echo?");
  }

  @Test
  void refusesTwoAdaptersOfOneName() {
    var twice =
        new Adapters(
            List.of(queue(new ShelfQueue(), "old.jar"), queue(new SecondShelfQueue(), "new.jar")),
            List.of(agent()),
            List.of());

    assertThat(
            catchThrowableOfType(
                SettingsException.class, () -> rightAnd().workers(twice, List.of())))
        .hasMessageContaining("'shelf'")
        .hasMessageContaining("old.jar and new.jar");
  }

  @Test
  void saysThatAnAdapterIsBrokenWhereTheOneAskedForIsMissing() {
    var broken = new Adapters(List.of(), List.of(agent()), List.of("shelf.jar: damaged"));

    assertThat(
            catchThrowableOfType(
                SettingsException.class, () -> rightAnd().workers(broken, List.of())))
        .hasMessageContaining("none was found")
        .hasMessageContaining("nightdesk modules says why");
  }

  @Test
  void looksForAWorkersOwnFormFirst() {
    var settings =
        rightAnd(
            "WORKERS", "linkedin-writer, editor",
            "WORKER_TIME_LIMIT", "5m",
            "LINKEDIN_WRITER_TIME_LIMIT", "7m",
            "SHELF_PROJECT", "shared",
            "EDITOR_SHELF_PROJECT", "own");

    var workers = workers(settings);

    assertThat(workers)
        .extracting(w -> w.name().text())
        .containsExactly("linkedin-writer", "editor");
    var writer = workers.get(0).values();
    var editor = workers.get(1).values();
    assertThat(writer.get(WorkerSettings.TIME_LIMIT)).isEqualTo(Duration.ofMinutes(7));
    assertThat(editor.get(WorkerSettings.TIME_LIMIT)).isEqualTo(Duration.ofMinutes(5));
    assertThat(writer.get(ShelfQueue.PROJECT)).isEqualTo("shared");
    assertThat(editor.get(ShelfQueue.PROJECT)).isEqualTo("own");
  }

  @Test
  void looksForTheDefaultWorkersOwnFormOfAnAdapterSetting() {
    var worker = workers(rightAnd("WORKER_SHELF_PROJECT", "own", "SHELF_PROJECT", "shared")).get(0);

    assertThat(worker.values().get(ShelfQueue.PROJECT)).isEqualTo("own");
  }

  @Test
  void namesTheVariableThatHoldsTheBadValue() {
    assertThat(failure(rightAnd("WORKERS", "writer", "WRITER_TIME_LIMIT", "x")).problems())
        .containsExactly(
            "WRITER_TIME_LIMIT: expected a duration such as 30s, 10m or 1h30m, got 'x'");
  }

  @Test
  void saysOnceWhatIsWrongForManyWorkers() {
    assertThat(failure(rightAnd("WORKERS", "a,b", "WORKER_TIME_LIMIT", "x")).problems()).hasSize(1);
  }

  @Test
  void namesBothFormsOfWhatANamedWorkerLacks() {
    var failure = failure(settings("WORKERS", "writer", "WRITER_QUEUE", "shelf"));

    assertThat(failure.problems())
        .containsExactly(
            "WRITER_AGENT (or WORKER_AGENT for all workers) is not set. It is the name of the agent that does the work (found: echo).",
            "SHELF_TOKEN (or WRITER_SHELF_TOKEN for this worker) is not set. It is the token from Shelf, Settings, Developer.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"shelf", "shelf-2", "echo", "nightdesk", "nightdesk-2"})
  void refusesAWorkerNamedAsAnAdaptersVariablesBegin(String name) {
    assertThat(failure(rightAnd("WORKERS", name)).problems())
        .singleElement()
        .asString()
        .startsWith("WORKERS: '" + name + "' cannot be a worker's name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"shelfish", "echoes", "worker-2", "a1", "my-shelf"})
  void acceptsAWorkerNameThatOnlyLooksLikeOne(String name) {
    assertThat(workers(rightAnd("WORKERS", name))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Writer", "a/b", "-a", "a-", "a_b", "1a", "a--b", "ä", "a b", "../x"})
  void refusesAWorkerNameOfOtherLetters(String name) {
    assertThat(failure(rightAnd("WORKERS", name)).problems())
        .singleElement()
        .asString()
        .startsWith("WORKERS: expected lower case letters, digits and hyphens");
  }

  @ParameterizedTest
  @CsvSource({
    "'a,a', stands there twice",
    "',', expected at least one name",
    "'a,a-output', A_OUTPUT_DIRECTORY could be",
    "'worker-output', WORKER_OUTPUT_DIRECTORY could be",
  })
  void refusesWorkersThatCannotBeToldApart(String names, String problem) {
    assertThat(failure(rightAnd("WORKERS", names)).problems())
        .singleElement()
        .asString()
        .contains(problem);
  }

  @Test
  void checksOnlyTheWorkersAskedFor() {
    var settings = rightAnd("WORKERS", "good,bad", "BAD_TIME_LIMIT", "x");

    assertThat(settings.workers(ADAPTERS, List.of("good"))).hasSize(1);
    assertThat(
            catchThrowableOfType(
                SettingsException.class, () -> settings.workers(ADAPTERS, List.of("godo"))))
        .hasMessageContaining("There is no worker named 'godo'. WORKERS names good, bad.")
        .hasMessageContaining("Did you mean good?");
  }

  @Test
  void warnsOfAVariableThatNothingReads() {
    assertThat(
            rightAnd(
                    "WORKER_TIMELIMIT", "5m",
                    "NIGHTDESK_LGO", "json",
                    "SHELF_PROJEKT", "x",
                    "WORKER_SHELF_TOKNE", "x",
                    "ECHO_QQQQQQQQQQQQ", "x",
                    "PATH", "/bin",
                    "SHELFISH", "x",
                    "WORKER_EMPTY", "")
                .warnings(ADAPTERS))
        .containsExactly(
            "ECHO_QQQQQQQQQQQQ is set (environment) but nothing reads it.",
            "NIGHTDESK_LGO is set (environment) but nothing reads it. Did you mean NIGHTDESK_LOG?",
            "SHELF_PROJEKT is set (environment) but nothing reads it. Did you mean SHELF_PROJECT?",
            "WORKER_SHELF_TOKNE is set (environment) but nothing reads it. Did you mean WORKER_SHELF_TOKEN?",
            "WORKER_TIMELIMIT is set (environment) but nothing reads it. Did you mean WORKER_TIME_LIMIT?");
  }

  @Test
  void leavesVariablesOfAnAdapterThatNobodyUsesAlone() {
    assertThat(settings("SHELF_ACTIONS", "true").warnings(ADAPTERS)).isEmpty();
  }

  @Test
  void asksAnAdapterWhatIsWrongWithItsValuesTogether() {
    assertThat(failure(rightAnd("SHELF_PROJECT", "attic")).problems())
        .containsExactly("SHELF_PROJECT: the attic has no shelf");
  }

  @Test
  void turnsAnExceptionOfAnAdapterIntoAProblem() {
    var throwing =
        new ShelfQueue() {
          @Override
          public List<String> problems(dev.nightdesk.spi.Values values) {
            throw new IllegalStateException("oops");
          }
        };
    var adapters = new Adapters(List.of(queue(throwing, "shelf.jar")), List.of(agent()), List.of());

    assertThat(
            catchThrowableOfType(
                SettingsException.class, () -> rightAnd().workers(adapters, List.of())))
        .hasMessageContaining("The adapter 'shelf' (shelf.jar) is broken")
        .hasMessageContaining("oops");
  }

  @Test
  void wantsAuthorsNamedWhereTheQueueCannotTellItsOwner() {
    assertThat(failure(rightAnd("SHELF_APP", "bot")).problems())
        .singleElement()
        .asString()
        .startsWith("WORKER_AUTHORS is not set. It is the list of those");
    assertThat(workers(rightAnd("SHELF_APP", "bot", "WORKER_AUTHORS", "ann")).get(0).authors())
        .isEqualTo(new AuthorRule(false, false, false, Set.of("ann")));
  }

  @ParameterizedTest
  @CsvSource({
    "'ann, members ,42', false, true, 'ann,42'",
    "anyone, true, false, ''",
    "members, false, true, ''"
  })
  void readsAuthors(String text, boolean anyone, boolean members, String named) {
    assertThat(workers(rightAnd("WORKER_AUTHORS", text)).get(0).authors())
        .isEqualTo(
            new AuthorRule(
                anyone, false, members, named.isEmpty() ? Set.of() : Set.of(named.split(","))));
  }

  @ParameterizedTest
  @CsvSource({
    "WORKER_AUTHORS, 'anyone,ann', expected anyone alone",
    "WORKER_AUTHORS, ',', expected ids or logins",
    "WORKER_EXPECT, '../x', expected patterns of files inside the workspace",
    "WORKER_EXPECT, '/etc/passwd', expected patterns of files inside the workspace",
    "WORKER_EXPECT, 'a:b', expected file patterns such as",
    "WORKER_EXPECT, '[', expected file patterns such as",
    "WORKER_AGENT_ENV, 'A=b', expected names of variables",
    "WORKER_AGENT_ENV, 'SHELF_TOKEN', an agent must not see SHELF_TOKEN",
    "WORKER_AGENT_ENV, 'A,WORKER_SHELF_TOKEN', an agent must not see WORKER_SHELF_TOKEN",
    "WORKER_AGENT_ENV, 'NIGHTDESK_DATABASE_URL', an agent must not see NIGHTDESK_DATABASE_URL",
    "WORKER_SANDBOX, 'yes', 'expected one of on, off'",
    "WORKER_TIME_LIMIT, 0s, expected a duration of more than 0",
    "WORKER_IDLE_LIMIT, 0s, expected a duration of more than 0",
    "WORKER_POLL_INTERVAL, 1ms, expected at least 100ms",
    "WORKER_OUTPUT_LIMIT, 1TB, expected a size such as",
    "WORKER_COST_LIMIT_USD, -1, expected an amount in US dollars",
    "WORKER_TASK_BUDGET_USD, 4, no run could ever start",
    "WORKER_MONTHLY_BUDGET_USD, 4.99, no run could ever start",
    "WORKER_DIRECTORY, /tmp, not supported by this version",
    "WORKER_TRUST_DIRECTORY, true, not supported by this version",
    "WORKER_INSTRUCTIONS, /not/there.md, there is no file that can be read",
    "WORKER_READABLE, '/,/not/there', there is nothing at /not/there",
    "WORKER_WRITABLE, /not/there, there is nothing at /not/there",
    "NIGHTDESK_LOG, yaml, 'expected one of text, json'",
    "NIGHTDESK_DATABASE_URL, mysql://x, expected an address such as jdbc:postgresql:",
  })
  void refusesABadValueAndSaysWhatIsExpected(String name, String value, String problem) {
    assertThat(failure(rightAnd(name, value)).problems())
        .singleElement()
        .asString()
        .startsWith(name + ": ")
        .contains(problem);
  }

  @Test
  void hasTheDefaultsThatThePageSays() {
    var worker = workers(rightAnd()).get(0);

    assertThat(worker.pollInterval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(worker.idleLimit()).contains(Duration.ofMinutes(10));
    assertThat(worker.authors()).isEqualTo(new AuthorRule(false, true, false, Set.of()));
    assertThat(worker.values().get(WorkerSettings.OUTPUT_LIMIT)).isEqualTo(1L << 20);
    assertThat(worker.values().find(WorkerSettings.MONTHLY_BUDGET_USD)).isEmpty();
    assertThat(settings().desk().workers()).containsExactly(new WorkerName("worker"));
    assertThat(settings().desk().home())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".nightdesk"));
  }

  @Test
  void turnsTheIdleLimitOff() {
    assertThat(workers(rightAnd("WORKER_IDLE_LIMIT", "off")).get(0).idleLimit()).isEmpty();
  }

  @Test
  void readsExpectedFilesWithTheirSizes() {
    assertThat(
            workers(rightAnd("WORKER_EXPECT", "report.md, out/*.csv:1KB"))
                .get(0)
                .values()
                .get(WorkerSettings.EXPECT))
        .containsExactly(new ExpectedFile("report.md", 0), new ExpectedFile("out/*.csv", 1024));
  }

  @Test
  void takesARelativeHomeFromTheWorkingDirectory() {
    assertThat(settings("NIGHTDESK_HOME", "here/../there").desk().home())
        .isEqualTo(folder.resolve("there"));
  }

  @Test
  void reportsBadLinesOfFilesTogetherWithTheRest() throws Exception {
    Files.writeString(folder.resolve(".env"), "nonsense\nNIGHTDESK_LOG=yaml\n");

    var failure = failure(new Settings(Variables.read(Map.of(), folder, List.of()), folder));

    assertThat(failure.problems())
        .containsExactly(
            folder.resolve(".env") + ":1: expected a line such as KEY=value",
            "NIGHTDESK_LOG: expected one of text, json, got 'yaml'");
  }

  @Test
  void neverShowsASecret() {
    var settings =
        rightAnd(
            "SHELF_TOKEN", "s3cret-token",
            "NIGHTDESK_DATABASE_URL", "jdbc:postgresql://db/desk?user=u&password=s3cret-word%21",
            "WORKER_SHELF_PROJECT", "https://ann:s3cret-too@host/x");

    var rows = settings.rows(ADAPTERS);

    assertThat(rows.toString()).contains("SHELF_TOKEN", "(hidden)").doesNotContain("s3cret");
    assertThat(failure(rightAnd("NIGHTDESK_DATABASE_URL", "x?password=s3cret")).getMessage())
        .doesNotContain("s3cret");
    assertThat(settings.secrets(ADAPTERS))
        .contains(
            Secret.of("s3cret-token"),
            Secret.of("s3cret-word%21"),
            Secret.of("s3cret-word!"),
            Secret.of("s3cret-too"));
  }

  @Test
  void countsWhatIsNamedLikeASecretAsOne() {
    assertThat(rightAnd("GIT_TOKEN", "abcdefgh", "HOST", "abcdefghi").secrets(ADAPTERS))
        .contains(Secret.of("abcdefgh"))
        .doesNotContain(Secret.of("abcdefghi"));
  }

  @Test
  void tellsWhereEachValueCameFrom() {
    var rows = rightAnd("WORKER_SHELF_PROJECT", "own").rows(ADAPTERS);

    assertThat(rows)
        .contains(
            new SettingRow(
                "shelf",
                "SHELF_PROJECT",
                "project whose tasks are worked on",
                false,
                Optional.of("inbox"),
                Optional.of("inbox"),
                "default"),
            new SettingRow(
                "shelf",
                "WORKER_SHELF_PROJECT",
                "project whose tasks are worked on",
                false,
                Optional.of("inbox"),
                Optional.of("own"),
                "environment"),
            new SettingRow(
                "shelf",
                "SHELF_APP",
                "app's name",
                false,
                Optional.empty(),
                Optional.empty(),
                "not set"));
  }
}
