package dev.nightdesk.dist;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightdesk.dist.Command.Outcome;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.testkit.RealProgram;
import dev.nightdesk.testkit.Thorough;
import dev.nightdesk.testkit.modelserver.ModelCall;
import dev.nightdesk.testkit.modelserver.ModelServer;
import dev.nightdesk.testkit.modelserver.Script;
import dev.nightdesk.testkit.modelserver.Turn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The release with the real agents, in the sandbox, and a model on loopback. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
@Thorough
class RealAgentsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** An agent, and how the release is told to use it. */
  record Agent(String name, Map<String, String> settings) {
    Stage desk(Path folder, EmbeddedServer server, ModelServer model) throws Exception {
      Stage desk = new Stage(folder, server).with("WORKER_AGENT", name);
      desk.with("WORKER_SANDBOX", "on");
      settings.forEach((key, value) -> desk.with(key, value.replace("{url}", "" + model.url())));
      switch (name) {
        case "claude" ->
            desk.with(
                "CLAUDE_COMMAND",
                RealProgram.at("@anthropic-ai/claude-code-linux-x64/claude").toString());
        case "codex" ->
            desk.with("CODEX_COMMAND", RealProgram.at("@openai/codex/bin/codex.js").toString());
        default -> {}
      }
      return desk;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Agent> agents() {
    return Stream.of(
        new Agent("claude", Map.of("ANTHROPIC_BASE_URL", "{url}", "ANTHROPIC_API_KEY", "key-1-x")),
        new Agent(
            "codex",
            Map.of(
                "CODEX_BASE_URL", "{url}/v1", "CODEX_MODEL", "gpt-5", "CODEX_API_KEY", "key-2-x")),
        new Agent(
            "api",
            Map.of(
                "API_AGENT_PROVIDER", "openai",
                "API_AGENT_BASE_URL", "{url}/v1",
                "API_AGENT_MODEL", "local-1",
                "API_AGENT_KEY", "key-3-x")));
  }

  /** Says whether it was asked anew or went on with what it knew. */
  private static Turn answer(ModelCall call) {
    boolean replied = call.body().toString().contains("and in blue?");
    boolean remembers = call.body().toString().contains("It is painted red.");
    if (!replied) {
      return Turn.says("It is painted red.");
    }
    return Turn.says(remembers ? "Now it is blue instead of red." : "Now it is blue.");
  }

  private List<JsonNode> audit(Stage desk) throws Exception {
    return Files.readAllLines(desk.home().resolve("runs.jsonl")).stream()
        .map(RealAgentsTest::json)
        .toList();
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("agents")
  void doesATaskAndGoesOnAfterAReply(Agent agent, EmbeddedServer server) throws Exception {
    try (ModelServer model = ModelServer.playing(RealAgentsTest::answer)) {
      Stage desk = agent.desk(folder, server, model).withTables();
      long id = desk.insert("Paint the shed", "Any colour.");

      Outcome checkup = desk.nightdesk("doctor").run();
      Outcome first = desk.nightdesk("run").run();
      desk.sql(
          "insert into %s_comments(task_id, author, body) values (%d, 'ann', 'and in blue?')"
              .formatted(desk.table(), id));
      Outcome second = desk.nightdesk("run").run();

      assertThat(checkup.code()).as(checkup.out() + checkup.err()).isZero();
      assertThat(first.code()).as(first.err()).isZero();
      assertThat(second.code()).as(second.err()).isZero();
      assertThat(desk.comments(id))
          .satisfiesExactly(
              comment -> assertThat(comment).startsWith("Working on it."),
              comment -> assertThat(comment).startsWith("Done.").contains("It is painted red."),
              comment -> assertThat(comment).isEqualTo("and in blue?"),
              comment -> assertThat(comment).startsWith("Working on it."),
              comment -> assertThat(comment).contains("Now it is blue instead of red."));
      List<JsonNode> runs = audit(desk);
      assertThat(runs).extracting(run -> run.path("status").asText()).containsOnly("OK");
      assertThat(runs.get(1).path("session_id")).isEqualTo(runs.get(0).path("session_id"));
      assertThat(runs.get(1).path("llm_calls").asInt()).as("of this run alone").isOne();
      assertThat(runs.get(1).path("output_tokens").asLong()).isEqualTo(100);
      assertThat(runs.get(1).path("cost_usd").decimalValue()).isPositive();
      assertThat(desk.nightdesk("logs", runs.get(1).path("run_id").asText()).run().out())
          .contains("Now it is blue instead of red.")
          .doesNotContain("{\"type\"");
      assertThat(Files.readString(folder.resolve("home/runs.jsonl")) + checkup.out())
          .doesNotContain("key-1-x", "key-2-x", "key-3-x");
    }
  }

  /** A folder with guides and a skill in it, as the agents look for them. */
  private Path project() throws Exception {
    Path project = Files.createDirectories(folder.resolve("project"));
    for (String guide : List.of("CLAUDE.md", "AGENTS.md")) {
      Files.writeString(project.resolve(guide), "Always write in verse.\n");
    }
    for (String place : List.of(".claude", ".agents")) {
      Path skill = Files.createDirectories(project.resolve(place).resolve("skills/greet"));
      Files.writeString(
          skill.resolve("SKILL.md"),
          "---\nname: greet\ndescription: How to greet a guest.\n---\nBow first.\n");
    }
    return project;
  }

  @ParameterizedTest
  @MethodSource("agents")
  void goesByTheGuidesAndSkillsOfATrustedDirectoryOnly(Agent agent, EmbeddedServer server)
      throws Exception {
    Path project = project();
    for (boolean trusted : List.of(false, true)) {
      Path place = Files.createDirectories(folder.resolve("trusted-" + trusted));
      try (ModelServer model = ModelServer.playing(Script.of(Turn.says("All is done.")))) {
        Stage desk = agent.desk(place, server, model).withTables();
        desk.with("WORKER_DIRECTORY", project.toString());
        desk.with("WORKER_TRUST_DIRECTORY", String.valueOf(trusted));
        desk.insert("Paint the shed", "Any colour.");

        Outcome run = desk.nightdesk("run").run();

        assertThat(run.code()).as(run.err()).isZero();
        String told = model.calls().stream().map(call -> call.body().toString()).collect(joining());
        if (trusted) {
          assertThat(told).contains("Always write in verse.", "How to greet a guest.");
        } else {
          assertThat(told).doesNotContain("in verse", "greet a guest");
        }
      }
    }
  }
}
