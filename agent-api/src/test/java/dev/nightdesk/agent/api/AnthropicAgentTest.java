package dev.nightdesk.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.testkit.modelserver.ModelCall;
import dev.nightdesk.testkit.modelserver.Turn;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class AnthropicAgentTest extends ApiAgentContract {
  @Override
  String provider() {
    return "anthropic";
  }

  @Test
  void marksWhatIsToBeCachedAndNothingTwice() throws IOException {
    ApiStage stage =
        stage(
            Turn.calls("t1", "glob", Map.of("pattern", "*")),
            Turn.calls("t2", "glob", Map.of("pattern", "*")),
            Turn.says("done"));
    stage.run("do it");
    for (ModelCall call : stage.server.calls()) {
      JsonNode body = call.body();
      assertThat(body.at("/system/0/cache_control/type").asText()).isEqualTo("ephemeral");
      assertThat(body.findValues("cache_control")).as(body.toString()).hasSize(3);
      JsonNode last = body.path("messages").path(body.path("messages").size() - 1).path("content");
      assertThat(last.path(last.size() - 1).has("cache_control")).isTrue();
    }
    assertThat(stage.server.calls().getFirst().headers())
        .containsEntry("x-api-key", ApiStage.KEY)
        .containsKey("anthropic-version");
  }

  @Test
  void marksToolsThatFailed() throws IOException {
    ApiStage stage =
        stage(Turn.calls("t1", "read", Map.of("path", "not-there")), Turn.says("done"));
    stage.run("do it");
    assertThat(stage.server.calls().get(1).lastResult().orElseThrow())
        .isEqualTo(new ModelCall.ToolResult("t1", "There is no file not-there.", true));
  }
}
