package dev.nightdesk.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.testkit.modelserver.Turn;
import dev.nightdesk.testkit.modelserver.Turn.Tokens;
import dev.nightdesk.testkit.modelserver.Turn.ToolUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run leaves: its transcript, and its session. */
class RecordsTest {
  @TempDir Path folder;

  private static List<String> told(RunRequest request) throws IOException {
    ApiRunnerProvider provider = new ApiRunnerProvider();
    return Files.readAllLines(request.record().resolve("transcript.jsonl")).stream()
        .map(provider::inWords)
        .flatMap(Optional::stream)
        .toList();
  }

  @Test
  void tellsInPlainWordsWhatTheAgentDid() throws IOException {
    try (ApiStage stage =
        ApiStage.playing(
            folder,
            Turn.fails(529, "overloaded_error", "Overloaded"),
            new Turn.CallsTools(
                "I look first.",
                List.of(
                    new ToolUse("t1", "read", "{\"path\":\"notes\\nand more.txt\"}"),
                    new ToolUse("t2", "GET\u001b[31m", "not json")),
                Tokens.USUAL),
            Turn.says("All done.\nTwice."))) {
      RunRequest request = stage.request("do it");
      stage.run(request);
      assertThat(told(request))
          .containsExactly(
              "! The model's service: it answers 529: Overloaded.",
              "I look first.",
              "› read notes and more.txt",
              "  failed: There is no file notes and more.txt.",
              "› unknown not json",
              "  failed: There is no tool of this name. There are: read, write, edit, glob, grep.",
              "All done.\nTwice.");
      Path file = request.record().resolve("transcript.jsonl");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      for (String line : Files.readAllLines(file)) {
        assertThat(new ObjectMapper().readTree(line).path("at").asText()).endsWith("Z");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"kind\":\"said\"", "[]", "null", "{\"kind\":\"call\"}"})
  void makesNothingOfABrokenLine(String line) {
    assertThat(new ApiRunnerProvider().inWords(line)).isEmpty();
  }

  @Test
  void recordsNoMoreThanTheTranscriptsLimit() throws IOException {
    Turn talkative =
        new Turn.CallsTools(
            "word ".repeat(10_000),
            List.of(new ToolUse("t", "glob", "{\"pattern\":\"*\"}")),
            Tokens.USUAL);
    try (ApiStage stage = ApiStage.playing(folder, talkative).allowing(40, "1000")) {
      RunRequest request = stage.request("do it");
      stage.run(request);
      assertThat(Files.size(request.record().resolve("transcript.jsonl")))
          .isBetween(900_000L, request.limits().transcriptBytes());
    }
  }

  @Test
  void writesTheKeyNowhere() throws IOException {
    try (ApiStage stage =
        ApiStage.playing(
            folder, Turn.fails(401, "authentication_error", "wrong key " + ApiStage.KEY))) {
      stage.run("do it");
      try (Stream<Path> files = Files.walk(stage.home())) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(file).content().doesNotContain(ApiStage.KEY);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "6f1c2f4e-9a54-4a3e-8f2b-6d0c2b7f1a11",
        "../of-another-worker",
        "",
        "x\0y",
        "6F1C2F4E-9A54-4A3E-8F2B-6D0C2B7F1A11/../x"
      })
  void saysThatASessionIsLost(String id) throws IOException {
    try (ApiStage stage = ApiStage.playing(folder, Turn.says("done"))) {
      Path sessions = Files.createDirectories(stage.home().resolve("api/worker/sessions"));
      Files.writeString(sessions.resolveSibling("of-another-worker.json"), "[]");
      RunResult result = stage.run(ApiStage.resuming(stage.request("go on"), id));
      assertThat(ApiStage.failed(result).failure()).isEqualTo(Failure.SESSION_LOST);
      assertThat(stage.server.calls()).isEmpty();
      assertThat(stage.events).isEmpty();
    }
  }

  @Test
  void saysThatASessionIsLostThatCannotBeRead() throws IOException {
    try (ApiStage stage = ApiStage.playing(folder, Turn.says("done"))) {
      stage.run("do it");
      Path file = stage.sessionFile(stage.session());
      Files.writeString(file, Files.readString(file).substring(5));
      RunResult result = stage.run(ApiStage.resuming(stage.request("go on"), stage.session()));
      assertThat(ApiStage.failed(result).failure()).isEqualTo(Failure.SESSION_LOST);
    }
  }

  /** The worker interrupts whenever it wants to, not only where somebody waits. */
  @ParameterizedTest
  @ValueSource(
      classes = {
        RunEvent.Introduced.class,
        RunEvent.Said.class,
        RunEvent.ModelCalled.class,
        RunEvent.ToolCalled.class
      })
  void keepsTheSessionThoughItIsInterruptedInTheMiddleOfSomethingElse(
      Class<? extends RunEvent> moment) throws IOException {
    Turn turn =
        new Turn.CallsTools(
            "first words", List.of(new ToolUse("t", "glob", "{\"pattern\":\"*\"}")), Tokens.USUAL);
    try (ApiStage stage = ApiStage.playing(folder, turn, Turn.says("done"));
        AgentRunner agent = stage.open()) {
      RunResult result =
          agent.run(
              stage.request("do it"),
              event -> {
                stage.events.add(event);
                if (moment.isInstance(event)) {
                  Thread.currentThread().interrupt();
                }
              });
      assertThat(Thread.interrupted()).as("the interrupt is used up").isFalse();
      assertThat(result).isEqualTo(new RunResult.Stopped("first words"));
      assertThat(stage.sessionFile(stage.session())).content().contains("do it", "first words");
    }
  }

  @Test
  void forgetsSessionsAfterAMonth() throws IOException {
    try (ApiStage stage = ApiStage.playing(folder, Turn.says("done"))) {
      stage.run("do it");
      Path old = stage.sessionFile(stage.session());
      stage.run("do it");
      Path young = stage.sessionFile(stage.session());
      Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(31))));
      Files.setLastModifiedTime(young, FileTime.from(Instant.now().minus(Duration.ofDays(29))));
      stage.run("do it");
      assertThat(old).doesNotExist();
      assertThat(young).exists();
    }
  }

  @Test
  void saysWhoItIsBeforeItSaysAnythingElse() throws IOException {
    try (ApiStage stage = ApiStage.playing(folder, Turn.says("done"))) {
      stage.run("do it");
      assertThat(stage.events.getFirst())
          .isEqualTo(
              new RunEvent.Introduced(
                  Optional.of(stage.session()), Optional.empty(), Optional.of("model-1")));
    }
  }

  @Test
  void followsTheGuidesAndSkillsOfATrustedFolderOnly() throws IOException {
    try (ApiStage stage = ApiStage.playing(folder, Turn.says("done"))) {
      RunRequest request = stage.request("do it");
      Path workspace = request.workspace();
      Files.writeString(workspace.resolve("CLAUDE.md"), "Write in verse.");
      Path skill = Files.createDirectories(workspace.resolve(".claude/skills/greet"));
      Files.writeString(
          skill.resolve("SKILL.md"),
          "---\nname: greet\ndescription: How to greet a guest.\n---\nBow first.\n");
      Path broken = Files.createDirectories(workspace.resolve(".claude/skills/broken"));
      Files.writeString(broken.resolve("SKILL.md"), "It says nothing of itself.");
      stage.run(request);
      stage.run(ApiStage.trusting(request));
      assertThat(stage.server.calls().get(0).body().path("system").toString())
          .doesNotContain("verse", "greet");
      assertThat(stage.server.calls().get(1).body().path("system").toString())
          .contains("CLAUDE.md", "Write in verse.")
          .contains(".claude/skills/greet/SKILL.md", "How to greet a guest.")
          .doesNotContain("Bow first.", "It says nothing");
    }
  }

  @Test
  void fallsBackToWhatItSaidLastWhereTheLastWordIsEmpty() throws IOException {
    Turn last =
        new Turn.CallsTools(
            "The answer is 7.",
            List.of(new ToolUse("t", "write", "{\"path\":\"a\",\"content\":\"7\"}")),
            Tokens.USUAL);
    try (ApiStage stage = ApiStage.playing(folder, last, Turn.says(""))) {
      assertThat(stage.run("do it").text()).isEqualTo("The answer is 7.");
    }
  }
}
