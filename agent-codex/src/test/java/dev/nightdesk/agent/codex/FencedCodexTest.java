package dev.nightdesk.agent.codex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.testkit.modelserver.Script;
import dev.nightdesk.testkit.modelserver.Turn;
import dev.nightdesk.toolkit.ChildProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real Codex where it can reach its model and nothing else. */
class FencedCodexTest {
  @TempDir Path folder;

  private CodexStage stage(Script script, Map<String, String> more) throws Exception {
    CodexStage stage = new CodexStage(folder, script, true, more).fenced();
    Finding finding = ChildProcess.check(stage.containment());
    assumeTrue(
        finding.state() != Finding.State.WRONG,
        "NOT RUN, NOT TESTED on this machine: " + finding.message());
    return stage;
  }

  @ParameterizedTest
  @ValueSource(strings = {"workspace-write", "danger-full-access"})
  void worksWithAKeyThatItNeverSees(String sandbox) throws Exception {
    String search =
        "p='sk-canary-[o]f-the-model'; cat /proc/*/environ /proc/*/cmdline 2>/dev/null"
            + " | tr '\\0' '\\n' | grep -c $p; env | grep -c $p;"
            + " grep -rls $p \"$HOME\" \"$CODEX_HOME\" . /tmp /home /root /run; echo searched";
    Script script = Script.of(CodexStage.runs("c1", search), Turn.says("found nothing"));
    try (CodexStage stage = stage(script, Map.of("CODEX_SANDBOX", sandbox))) {
      RunResult result = stage.run();
      assertThat(result).as(result.toString()).isInstanceOf(RunResult.Finished.class);
      assertThat(stage.answers()).contains("0\n0\nsearched");
      assertThat(stage.server.calls())
          .hasSize(2)
          .allSatisfy(call ->
              assertThat(call.headers())
                  .containsEntry("authorization", "Bearer " + CodexStage.KEY));
      assertThat(stage.used().calls()).isEqualTo(2);
    }
  }

  @Test
  void letsCommandsReachNothing() throws Exception {
    try (ServerSocket neighbour = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      String tries =
          "(exec 3<>/dev/tcp/127.0.0.1/%d) 2>/dev/null && echo tcp; curl -s -m 9 http://127.0.0.1:%d/; echo tried"
              .formatted(neighbour.getLocalPort(), neighbour.getLocalPort());
      Script script = Script.of(CodexStage.runs("c1", tries), Turn.says("done"));
      try (CodexStage stage = stage(script, Map.of("CODEX_SANDBOX", "danger-full-access"))) {
        assertThat(stage.run()).isInstanceOf(RunResult.Finished.class);
        assertThat(stage.answers())
            .contains("WORKER_NETWORK does not allow 127.0.0.1:" + neighbour.getLocalPort())
            .doesNotContain("tcp\n");
      }
    }
  }

  @Test
  void startsNothingThatCouldNotReachItsModel() throws Exception {
    try (CodexStage stage = stage(Script.of(Turn.says("never")), Map.of()).cutOff()) {
      assertThat(stage.agent.check(stage.containment()))
          .filteredOn(finding -> finding.state() == Finding.State.WRONG)
          .extracting(Finding::message)
          .containsExactly("Codex cannot reach its model; set it to model or open");
    }
  }

  @Test
  void reachesAServiceThatWantsNoKey() throws Exception {
    Map<String, String> more = new HashMap<>();
    more.put("CODEX_API_KEY", "");
    try (CodexStage stage = stage(Script.of(Turn.says("done")), more)) {
      RunResult result = stage.run();
      assertThat(result).as(result.toString()).isInstanceOf(RunResult.Finished.class);
      assertThat(stage.server.calls()).hasSize(1);
    }
  }
}
