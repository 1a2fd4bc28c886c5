package dev.nightdesk.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightdesk.settings.canned.EchoAgent;
import dev.nightdesk.spi.Network;
import dev.nightdesk.spi.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each setting of a worker accepts, and what is shown of it. */
class SettingValuesTest extends SettingsStage {
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
    "WORKER_NETWORK, 'open,api.example.com', 'expected open, none, model or hosts'",
    "WORKER_NETWORK, 'none,model', 'expected open, none, model or hosts'",
    "WORKER_NETWORK, 'https://api.example.com', expected hosts such as",
    "WORKER_NETWORK, '*', expected hosts such as",
    "WORKER_NETWORK, '*.com', expected hosts such as",
    "WORKER_NETWORK, '0x7f.1:80', expected hosts such as",
    "WORKER_NETWORK, 'api.example.com:99999', expected hosts such as",
    "WORKER_MEMORY_LIMIT, 1MB, expected at least 64MB",
    "WORKER_PROCESS_LIMIT, 4, expected a number of at least 16",
    "WORKER_TIME_LIMIT, 0s, expected a duration of more than 0",
    "WORKER_IDLE_LIMIT, 0s, expected a duration of more than 0",
    "WORKER_POLL_INTERVAL, 1ms, expected at least 100ms",
    "WORKER_OUTPUT_LIMIT, 1TB, expected a size such as",
    "WORKER_COST_LIMIT_USD, -1, expected an amount in US dollars",
    "WORKER_TASK_BUDGET_USD, 4, no run could ever start",
    "WORKER_MONTHLY_BUDGET_USD, 4.99, no run could ever start",
    "WORKER_DIRECTORY, /no/such/folder, there is no folder that can be read at /no/such/folder",
    "WORKER_TRUST_DIRECTORY, true, there is no WORKER_DIRECTORY to trust",
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "open | the whole network",
        "none | nothing can be reached",
        "model | its model",
        "api.example.com, *.Example.ORG.:8443 | its model, api.example.com, *.example.org:8443",
        "localhost:11434 | its model, localhost:11434",
      })
  void readsWhatPartOfTheNetworkIsMeant(String text, String words) {
    Network network =
        workers(rightAnd("WORKER_NETWORK", text)).get(0).values().get(WorkerSettings.NETWORK);
    assertThat(network instanceof Network.Fenced fenced ? fenced.inWords() : "the whole network")
        .isEqualTo(words);
  }

  @Test
  void fencesTheNetworkOnlyInTheSandbox() {
    assertThat(failure(rightAnd("WORKER_NETWORK", "model", "WORKER_SANDBOX", "off")).problems())
        .singleElement()
        .asString()
        .startsWith("WORKER_NETWORK: only the sandbox can fence the network");
    assertThat(workers(rightAnd("WORKER_NETWORK", "open", "WORKER_SANDBOX", "off"))).hasSize(1);
  }

  @Test
  void knowsNoModelOfAnAgentThatTellsOfNone() {
    EchoAgent silent =
        new EchoAgent() {
          @Override
          public boolean callsOneModel() {
            return false;
          }
        };
    Adapters adapters =
        new Adapters(
            ADAPTERS.queues(),
            List.of(new Adapters.Adapter<>(silent.name(), silent.settings(), silent, "echo.jar")),
            List.of());
    assertThat(
            catchThrowableOfType(
                    SettingsException.class,
                    () -> rightAnd("WORKER_NETWORK", "model").workers(adapters, List.of()))
                .problems())
        .singleElement()
        .asString()
        .contains("what model the agent 'echo' calls is not known");
    for (String fine : List.of("none", "open", "api.example.com")) {
      assertThat(rightAnd("WORKER_NETWORK", fine).workers(adapters, List.of())).hasSize(1);
    }
  }

  @Test
  void turnsTheCeilingsOff() {
    var values =
        workers(rightAnd("WORKER_MEMORY_LIMIT", "off", "WORKER_PROCESS_LIMIT", "off"))
            .get(0)
            .values();
    assertThat(values.get(WorkerSettings.MEMORY_LIMIT)).isZero();
    assertThat(values.get(WorkerSettings.PROCESS_LIMIT)).isZero();
    var usual = workers(rightAnd()).get(0).values();
    assertThat(usual.get(WorkerSettings.MEMORY_LIMIT)).isEqualTo(4L << 30);
    assertThat(usual.get(WorkerSettings.PROCESS_LIMIT)).isEqualTo(1024);
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
