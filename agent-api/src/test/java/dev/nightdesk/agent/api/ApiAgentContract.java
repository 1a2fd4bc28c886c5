package dev.nightdesk.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.testkit.Act;
import dev.nightdesk.testkit.AgentRunnerContract;
import dev.nightdesk.testkit.modelserver.ModelCall;
import dev.nightdesk.testkit.modelserver.ModelCall.ToolResult;
import dev.nightdesk.testkit.modelserver.Script;
import dev.nightdesk.testkit.modelserver.Turn;
import dev.nightdesk.testkit.modelserver.Turn.Tokens;
import dev.nightdesk.testkit.modelserver.Turn.ToolUse;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is the same whichever service the model has. */
abstract class ApiAgentContract extends AgentRunnerContract {
  private final List<ApiStage> stages = new ArrayList<>();

  /** The word of the setting. */
  abstract String provider();

  @AfterEach
  void closeStages() {
    stages.forEach(ApiStage::close);
  }

  ApiStage stage(Script script) throws IOException {
    ApiStage stage = ApiStage.playing(folder(), script).with("API_AGENT_PROVIDER", provider());
    stages.add(stage);
    return stage;
  }

  ApiStage stage(Turn... turns) throws IOException {
    return stage(Script.of(turns));
  }

  @Override
  protected AgentRunner agentThat(Act act) throws IOException {
    return stage(script(act)).with("API_AGENT_TOOLS", "shell").open();
  }

  private static Script script(Act act) {
    return switch (act) {
      case Act.Says says -> Script.of(Turn.says(says.result()));
      case Act.RepeatsLastLine repeats ->
          call -> Turn.says(call.text().substring(call.text().lastIndexOf('\n') + 1));
      case Act.Fails fails ->
          Script.of(Turn.fails(400, "invalid_request_error", fails.complaint()));
      case Act.Hangs hangs when hangs.stubborn() -> {
        String command = "trap '' INT TERM; while :; do sleep 0.1; done";
        ToolUse tool = new ToolUse("t1", "shell", "{\"command\":\"" + command + "\"}");
        yield Script.of(new Turn.CallsTools(hangs.words(), List.of(tool), Tokens.USUAL));
      }
      case Act.Hangs hangs -> Script.of(new Turn.FallsSilent(hangs.words()));
      case Act.Floods floods -> Script.of(new Turn.RunsOut("flood ".repeat(50_000), Tokens.USUAL));
      case Act.OfProgram program -> throw new IllegalArgumentException(program.toString());
    };
  }

  static ToolUse tool(String id, String name, String input) {
    return new ToolUse(id, name, input);
  }

  @Test
  void doesWhatTheModelSaysAndTellsItWhatCameOfIt() throws IOException {
    ApiStage stage =
        stage(
            Turn.calls("t1", "write", Map.of("path", "a/b.txt", "content", "hello\nworld\n")),
            Turn.calls("t2", "edit", Map.of("path", "a/b.txt", "old", "world", "new", "you")),
            Turn.calls("t3", "read", Map.of("path", "a/b.txt")),
            Turn.calls("t4", "glob", Map.of("pattern", "**/*.txt")),
            Turn.calls("t5", "grep", Map.of("pattern", "y.u")),
            Turn.says("done"));
    RunRequest request = stage.request("do it");

    assertThat(stage.run(request).text()).isEqualTo("done");

    assertThat(request.workspace().resolve("a/b.txt")).hasContent("hello\nyou\n");
    List<ModelCall> calls = stage.server.calls();
    assertThat(calls.getFirst().text()).isEqualTo("do it");
    assertThat(calls.getFirst().tools()).containsExactly("read", "write", "edit", "glob", "grep");
    assertThat(calls.get(3).lastResult().orElseThrow().text()).isEqualTo("hello\nyou\n");
    assertThat(calls.get(4).lastResult().orElseThrow().text()).isEqualTo("a/b.txt\n");
    assertThat(calls.get(5).lastResult().orElseThrow().text()).isEqualTo("a/b.txt:2: you\n");
    assertThat(stage.events)
        .filteredOn(RunEvent.ToolCalled.class::isInstance)
        .extracting(event -> ((RunEvent.ToolCalled) event).name())
        .containsExactly("write", "edit", "read", "glob", "grep");
  }

  @Test
  void answersEightToolsThatAreCalledAtOnce() throws IOException {
    List<ToolUse> tools = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      tools.add(tool("t" + i, "write", "{\"path\":\"f" + i + "\",\"content\":\"" + i + "\"}"));
    }
    ApiStage stage =
        stage(new Turn.CallsTools("all at once", tools, Tokens.USUAL), Turn.says("done"));
    RunRequest request = stage.request("do it");

    assertThat(stage.run(request)).isInstanceOf(RunResult.Finished.class);

    assertThat(stage.server.calls().get(1).results())
        .extracting(ToolResult::id)
        .containsExactly("t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7");
    assertThat(request.workspace().resolve("f7")).hasContent("7");
  }

  @Test
  void answersMalformedCallsAsErrorsAndSendsThemBackWellFormed() throws IOException {
    ApiStage stage =
        stage(
            new Turn.CallsTools(
                "",
                List.of(
                    tool("t1", "write", "{\"path\": \"a.txt\", \"cont"),
                    tool("t2", "no_such_tool", "{}"),
                    tool("t3", "write", "{\"path\":\"a.txt\"}"),
                    tool("t4", "read", "[1]"),
                    tool("t5", "read", "{\"path\":\"x\",\"offset\":\"first\"}"),
                    tool("t6", "grep", "{\"pattern\":\"(\"}")),
                Tokens.USUAL),
            Turn.says("done"));

    assertThat(stage.run("do it").text()).isEqualTo("done");

    assertThat(stage.server.calls().get(1).results())
        .extracting(ToolResult::text)
        .satisfiesExactly(
            one -> assertThat(one).contains("no JSON object"),
            two -> assertThat(two).contains("no tool of this name", "read, write"),
            three -> assertThat(three).contains("content is missing"),
            four -> assertThat(four).contains("no JSON object"),
            five -> assertThat(five).contains("offset has to be a number"),
            six -> assertThat(six).contains("no regular expression"));
  }

  @Test
  void givesToolCallsWithoutAnIdOneOfTheirOwn() throws IOException {
    ApiStage stage =
        stage(
            new Turn.CallsTools(
                "",
                List.of(tool("same", "glob", "{\"pattern\":\"*\"}"), tool("same", "glob", "{}")),
                Tokens.USUAL),
            Turn.says("done"));

    assertThat(stage.run("do it").text()).isEqualTo("done");

    assertThat(stage.server.calls().get(1).results())
        .extracting(ToolResult::id)
        .doesNotHaveDuplicates()
        .hasSize(2);
  }

  @Test
  void reportsWhatEachCallUsedAndWhatItCost() throws IOException {
    ApiStage stage =
        stage(
                new Turn.CallsTools(
                    "", List.of(tool("t1", "glob", "{\"pattern\":\"*\"}")), new Tokens(100, 20, 0)),
                new Turn.Says("done", new Tokens(30, 5, 1_000)))
            .with("API_AGENT_PRICE_IN_USD", "3")
            .with("API_AGENT_PRICE_OUT_USD", "15");

    stage.run("do it");

    BigDecimal perCachedToken =
        new BigDecimal(provider().equals("anthropic") ? "0.0000003" : "0.000003");
    BigDecimal second =
        new BigDecimal("0.000165").add(perCachedToken.multiply(new BigDecimal("1000")));
    assertThat(stage.events)
        .filteredOn(RunEvent.ModelCalled.class::isInstance)
        .containsExactly(
            new RunEvent.ModelCalled(usage(100, 20, 0, new BigDecimal("0.0006"))),
            new RunEvent.ModelCalled(usage(30, 5, 1_000, second)));
  }

  private static Usage usage(long in, long out, long cached, BigDecimal usd) {
    return new Usage(
        1, in, out, cached, Optional.of(new Usage.Cost(usd.setScale(9), Usage.Basis.PRICED)));
  }

  @Test
  void leavesTheCostToTheWorkerWhereNobodySaysWhatTokensCost() throws IOException {
    ApiStage stage = stage(Turn.says("done"));
    stage.run("do it");
    assertThat(stage.used()).isEqualTo(new Usage(1, 1_000, 100, 0, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request_error, AGENT_FAILED, 1",
    "401, authentication_error, MODEL_REFUSES_US, 1",
    "402, billing_error, MODEL_REFUSES_US, 1",
    "403, permission_error, MODEL_REFUSES_US, 1",
    "404, not_found_error, MODEL_REFUSES_US, 1",
    "429, insufficient_quota, MODEL_REFUSES_US, 1",
    "429, rate_limit_error, MODEL_UNAVAILABLE, 5",
    "500, api_error, MODEL_UNAVAILABLE, 5",
    "503, unavailable, MODEL_UNAVAILABLE, 5",
    "529, overloaded_error, MODEL_UNAVAILABLE, 5",
    "302, found, MODEL_REFUSES_US, 1"
  })
  void sortsErrorsByWhoseTheyAre(int status, String type, Failure failure, int calls)
      throws IOException {
    ApiStage stage = stage(Turn.fails(status, type, "in words; the key was " + ApiStage.KEY));
    RunResult.Failed failed = ApiStage.failed(stage.run("do it"));
    assertThat(failed.failure()).isEqualTo(failure);
    assertThat(failed.reason()).contains(status + ": in words").doesNotContain(ApiStage.KEY);
    assertThat(stage.server.calls()).hasSize(calls);
    assertThat(stage.used()).as("an error costs nothing").isEqualTo(Usage.NONE);
  }

  @Test
  void goesOnWhenAnOverloadedServiceAnswersAgain() throws IOException {
    ApiStage stage =
        stage(
            Turn.fails(529, "overloaded_error", "Overloaded"),
            new Turn.Cut("half of "),
            new Turn.FailsInStream("half of ", "overloaded_error", "Overloaded"),
            Turn.says("the whole"));
    assertThat(stage.run("do it").text()).isEqualTo("the whole");
    assertThat(stage.used().calls()).as("broken answers were paid for").isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"authentication_error, MODEL_REFUSES_US", "invalid_request_error, AGENT_FAILED"})
  void sortsErrorsWithinAnAnswerToo(String type, Failure failure) throws IOException {
    ApiStage stage = stage(new Turn.FailsInStream("half", type, "the reason"));
    RunResult.Failed failed = ApiStage.failed(stage.run("do it"));
    assertThat(failed.failure()).isEqualTo(failure);
    assertThat(failed.reason()).contains("the reason");
    assertThat(failed.text()).isEqualTo("half");
  }

  @Test
  void saysThatTheModelRefused() throws IOException {
    ApiStage stage = stage(new Turn.Refuses("I will not.", Tokens.USUAL));
    RunResult.Failed failed = ApiStage.failed(stage.run("do it"));
    assertThat(failed.failure()).isEqualTo(Failure.AGENT_FAILED);
    assertThat(failed.reason()).contains("did not let the model answer");
    assertThat(failed.text()).isEqualTo("I will not.");
  }

  @Test
  void putsAnAnswerTogetherThatCameInPieces() throws IOException {
    ApiStage stage =
        stage(
            new Turn.RunsOut("one, two", Tokens.USUAL),
            new Turn.RunsOut(", three", Tokens.USUAL),
            Turn.says(", four"));
    assertThat(stage.run("count").text()).isEqualTo("one, two, three, four");
    assertThat(stage.server.calls().get(2).text()).contains("cut off");
  }

  @Test
  void givesUpOnAnAnswerThatNeverEnds() throws IOException {
    ApiStage stage = stage(new Turn.RunsOut("and ", Tokens.USUAL));
    RunResult.Failed failed = ApiStage.failed(stage.run("count"));
    assertThat(failed.reason()).contains("4 times in a row");
    assertThat(stage.server.calls()).hasSize(4);
  }

  @Test
  void goesOnWithASession() throws IOException {
    ApiStage stage =
        stage(
            Turn.calls("t1", "write", Map.of("path", "a", "content", "b")),
            Turn.says("wrote it"),
            Turn.says("I remember"));
    stage.run("first task");
    String session = stage.session();
    stage.run(ApiStage.resuming(stage.request("and now?"), session));
    String sent = stage.server.calls().get(2).body().toString();
    assertThat(sent).contains("first task", "Wrote 1 bytes", "wrote it", "and now?");
    assertThat(stage.session()).isEqualTo(session);
    assertThat(Files.getPosixFilePermissions(stage.sessionFile(session)))
        .extracting(Enum::name)
        .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
  }
}
