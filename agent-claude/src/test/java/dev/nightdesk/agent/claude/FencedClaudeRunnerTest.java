package dev.nightdesk.agent.claude;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.testkit.modelserver.Turn;
import dev.nightdesk.toolkit.ChildProcess;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real program where it can reach its model and nothing else. */
class FencedClaudeRunnerTest {
  private static final String SECRET = "sk-canary-of-the-model";

  @TempDir Path place;

  private RealClaude fenced(Turn... turns) throws Exception {
    RealClaude claude = RealClaude.playing(place, turns).with("CLAUDE_ALLOWED_TOOLS", "Bash");
    Finding finding = ChildProcess.check(claude.fenced().containment());
    assumeTrue(
        finding.state() != Finding.State.WRONG,
        "NOT RUN, NOT TESTED on this machine: " + finding.message());
    return claude;
  }

  private static Turn runs(String command) {
    return Turn.calls("t", "Bash", Map.of("command", command, "timeout", 60_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"})
  void worksWithAKeyThatItNeverSees(String variable) throws Exception {
    String search =
        """
        p='sk-canary-[o]f-the-model'
        { env; cat /proc/*/environ /proc/*/cmdline; } 2>/dev/null | tr '\\0' '\\n' | grep -c "$p"
        env | grep -c held-by-nightdesk
        grep -rls "$p" "$HOME" "$CLAUDE_CONFIG_DIR" /tmp /root /home /run . 2>/dev/null | head
        echo searched
        """;
    try (RealClaude claude = fenced(runs(search), Turn.says("done"))) {
      claude.without("ANTHROPIC_API_KEY").with(variable, SECRET);
      RunResult result = claude.run("do it");
      assertThat(result).as(result.toString()).isInstanceOf(RunResult.Finished.class);
      assertThat(claude.toolAnswers()).hasSize(1).first().asString().matches("0\n[01]\nsearched");
      boolean token = variable.endsWith("TOKEN");
      assertThat(claude.model.calls())
          .hasSize(2)
          .allSatisfy(call ->
              assertThat(call.headers())
                  .containsEntry(
                      token ? "authorization" : "x-api-key", token ? "Bearer " + SECRET : SECRET));
      assertThat(claude.told()).doesNotContain("canary-of-the-model");
      assertThat(claude.usages()).hasSize(2);
    }
  }

  @Test
  void reachesNothingButItsModel() throws Exception {
    try (ServerSocket neighbour =
        new ServerSocket(0, 9, java.net.InetAddress.getLoopbackAddress())) {
      String tries =
          "(exec 3<>/dev/tcp/127.0.0.1/%d) 2>/dev/null && echo tcp; curl -s -m 9 http://127.0.0.1:%d/"
              .formatted(neighbour.getLocalPort(), neighbour.getLocalPort());
      try (RealClaude claude = fenced(runs(tries), Turn.says("done"))) {
        assertThat(claude.run("do it")).isInstanceOf(RunResult.Finished.class);
        assertThat(claude.toolAnswers().toString())
            .contains("WORKER_NETWORK does not allow 127.0.0.1:" + neighbour.getLocalPort())
            .doesNotContain("tcp");
      }
    }
  }

  @Test
  void startsNothingThatCouldNotReachItsModel() throws Exception {
    try (RealClaude claude = fenced(Turn.says("never"))) {
      assertThat(claude.agent().check(claude.cutOff().containment()))
          .filteredOn(finding -> finding.state() == Finding.State.WRONG)
          .extracting(Finding::message)
          .containsExactly("Claude Code cannot reach its model; set it to model or open");
    }
  }

  @Test
  void worksWithAPersonsLogin() throws Exception {
    Path login = Files.createDirectories(place.toRealPath().resolve("me/.claude"));
    Files.writeString(
        login.resolve(".credentials.json"),
        """
        {"claudeAiOauth":{"accessToken":"sk-ant-oat01-of-me","refreshToken":"sk-ant-ort01-of-me",
         "expiresAt":4102444800000,"scopes":["user:inference"],"subscriptionType":"max"}}\
        """);
    try (RealClaude claude = fenced(Turn.says("done"))) {
      claude.without("ANTHROPIC_API_KEY").with("CLAUDE_CONFIG_DIR", login.toString());
      RunResult result = claude.run("do it");
      assertThat(result).as(result.toString()).isInstanceOf(RunResult.Finished.class);
      assertThat(claude.model.calls().getFirst().headers())
          .containsEntry("authorization", "Bearer sk-ant-oat01-of-me");
    }
  }
}
