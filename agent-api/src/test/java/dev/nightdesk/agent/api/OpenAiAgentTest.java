package dev.nightdesk.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.testkit.modelserver.Turn;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class OpenAiAgentTest extends ApiAgentContract {
  @Override
  String provider() {
    return "openai";
  }

  @Test
  void sendsTheKeyAndAsksForTheTokensThatWereUsed() throws IOException {
    ApiStage stage = stage(Turn.says("done"));
    stage.run("do it");
    var call = stage.server.calls().getFirst();
    assertThat(call.headers()).containsEntry("authorization", "Bearer " + ApiStage.KEY);
    assertThat(call.body().at("/stream_options/include_usage").asBoolean()).isTrue();
    assertThat(call.body().path("max_tokens").asInt()).isEqualTo(Model.LONGEST_ANSWER);
  }

  @Test
  void sendsNoKeyWhereThereIsNone() throws IOException {
    ApiStage stage = stage(Turn.says("done")).without("API_AGENT_KEY");
    assertThat(stage.run("do it").text()).isEqualTo("done");
    assertThat(stage.server.calls().getFirst().headers()).doesNotContainKey("authorization");
  }

  @Test
  void answersEachToolByItsId() throws IOException {
    ApiStage stage =
        stage(Turn.calls("t1", "read", Map.of("path", "not-there")), Turn.says("done"));
    stage.run("do it");
    assertThat(stage.server.calls().get(1).lastResult().orElseThrow().id()).isEqualTo("t1");
  }
}
