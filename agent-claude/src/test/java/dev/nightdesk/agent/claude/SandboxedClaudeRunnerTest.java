package dev.nightdesk.agent.claude;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.testkit.modelserver.Turn;
import dev.nightdesk.toolkit.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real program in the sandbox. */
class SandboxedClaudeRunnerTest extends RealClaudeContractTest {
  /** The build gives it to the worker as the token of a queue. */
  private static final String CANARY = System.getenv("TODOIST_API_TOKEN");

  @TempDir Path place;

  @Override
  protected boolean sandbox() {
    return true;
  }

  @BeforeEach
  void needsBubblewrap() throws IOException {
    Finding finding = ChildProcess.check(request("").containment());
    assumeTrue(
        finding.state() != Finding.State.WRONG,
        "NOT RUN, NOT TESTED on this machine: " + finding.message());
  }

  private static Turn runs(String command) {
    return Turn.calls("t", "Bash", Map.of("command", command, "timeout", 60_000));
  }

  @Test
  void writesIntoItsWorkspaceAndNowhereElse() throws IOException {
    Path away = place.toRealPath().resolve("away.txt");
    Path home = place.toRealPath().resolve("nightdesk");
    String command = "echo one > a.txt; echo x > " + away + "; echo x > " + home + "/x; ls " + home;
    try (RealClaude claude = RealClaude.playing(place, runs(command), Turn.says("done"))) {
      claude.with("CLAUDE_ALLOWED_TOOLS", "Bash").sandboxed();
      assertThat(claude.run("do it")).isInstanceOf(RunResult.Finished.class);
      assertThat(claude.workspace.resolve("a.txt")).hasContent("one\n");
      assertThat(away).doesNotExist();
      assertThat(home.resolve("x")).doesNotExist();
    }
  }

  @Test
  void findsNoTokenOfAQueue() throws IOException {
    assertThat(CANARY).as("what is to be found").isEqualTo("queue-token-4711");
    Path hidden = Files.createDirectories(place.toRealPath().resolve("hidden"));
    Files.writeString(hidden.resolve(".env"), "TODOIST_API_TOKEN=" + CANARY);
    String search =
        """
        w=[q]ueue; w=$w-token-4711
        { env; cat /proc/*/environ /proc/*/cmdline; } 2>/dev/null | tr '\\0' '\\n' | grep -c "$w"
        grep -rls "$w" "$HOME" /tmp /root /home %s/nightdesk %s /run /var/tmp 2>/dev/null | head
        echo searched
        """
            .formatted(place.toRealPath(), hidden);
    try (RealClaude claude = RealClaude.playing(place, runs(search), Turn.says("done"))) {
      Files.writeString(claude.home.resolve(".env"), "TODOIST_API_TOKEN=" + CANARY);
      claude.with("CLAUDE_ALLOWED_TOOLS", "Bash").sandboxed(hidden);
      assertThat(claude.run("do it")).isInstanceOf(RunResult.Finished.class);
      assertThat(claude.toolAnswers()).containsExactly("0\nsearched");
      assertThat(claude.told()).doesNotContain(CANARY);
    }
  }

  @Test
  void worksWithAPersonsLoginAndCannotChangeWhatThatPersonsSessionsObey() throws Exception {
    Path person = place.toRealPath().resolve("me");
    Path login = Files.createDirectories(person.resolve(".claude"));
    Files.writeString(
        login.resolve(".credentials.json"),
        """
        {"claudeAiOauth":{"accessToken":"sk-ant-oat01-of-me","refreshToken":"sk-ant-ort01-of-me",
         "expiresAt":4102444800000,"scopes":["user:inference"],"subscriptionType":"max"}}\
        """);
    Files.writeString(login.resolve("settings.json"), "{}");
    Files.writeString(login.resolve("CLAUDE.md"), "CANARY-OF-ME");
    Files.writeString(
        login.resolve(".claude.json"),
        "{\"mcpServers\":{\"mine\":{\"command\":\"touch\",\"args\":[\"%s/served\"]}}}"
            .formatted(login));
    String change = "echo evil > " + login + "/settings.json; echo changed $?";
    try (RealClaude claude = RealClaude.playing(place, runs(change), Turn.says("done"))) {
      claude
          .without("ANTHROPIC_API_KEY")
          .with("CLAUDE_CONFIG_DIR", login.toString())
          .with("CLAUDE_ALLOWED_TOOLS", "Bash")
          .sandboxed(person);
      assertThat(claude.run("do it")).isInstanceOf(RunResult.Finished.class);
      assertThat(claude.model.calls().getFirst().headers())
          .containsEntry("authorization", "Bearer sk-ant-oat01-of-me");
      assertThat(claude.told()).doesNotContain("CANARY-OF-ME");
      assertThat(login.resolve("settings.json")).hasContent("{}");
      assertThat(login.resolve("served")).doesNotExist();
      assertThat(login.resolve("projects")).isNotEmptyDirectory();
      assertThat(claude.agent().check(claude.containment()))
          .anySatisfy(finding -> {
            assertThat(finding.state()).isEqualTo(Finding.State.WARNING);
            assertThat(finding.message()).contains("your own login in " + login);
          });
    }
  }
}
