package dev.nightdesk.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightdesk.settings.canned.SecondShelfQueue;
import dev.nightdesk.settings.canned.ShelfQueue;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest extends SettingsStage {
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
  void knowsThatAnAgentMayReadAVariable() {
    assertThat(
            rightAnd("WORKER_AGENT_ENV", "ECHO_MORE, WORKER_X", "ECHO_MORE", "1", "WORKER_X", "2")
                .warnings(ADAPTERS))
        .isEmpty();
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
}
