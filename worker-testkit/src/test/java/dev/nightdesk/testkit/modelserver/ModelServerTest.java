package dev.nightdesk.testkit.modelserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightdesk.testkit.modelserver.Turn.ToolUse;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ModelServerTest {
  private static final String ASK =
      """
      {"model":"m","stream":%s,"system":"be brief","tools":[{"name":"Write"}],"messages":[
        {"role":"user","content":"begin"},
        {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"Write","input":{}}]},
        {"role":"user","content":[
          {"type":"tool_result","tool_use_id":"t1","is_error":true,
           "content":[{"type":"text","text":"no such folder"}]},
          {"type":"text","text":"go on"}]},
        {"role":"system","content":"be quick"}]}
      """;

  @Test
  void streamsAsAnthropicDoes() throws Exception {
    try (ModelServer server =
        ModelServer.playing(Script.of(Turn.calls("t2", "Write", Map.of("path", "a"))))) {
      HttpResponse<String> answer = post(server, "/v1/messages", ASK.formatted(true));

      assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
      assertThat(answer.body())
          .containsSubsequence(
              "event: message_start\ndata: {\"type\":\"message_start\"",
              "event: content_block_start",
              "\"name\":\"Write\",\"input\":{}",
              "\"partial_json\":\"{\\\"path\\\":\\\"a\\\"}\"",
              "event: content_block_stop",
              "\"stop_reason\":\"tool_use\"",
              "event: message_stop");
      ModelCall call = server.calls().getFirst();
      assertThat(call.model()).isEqualTo("m");
      assertThat(call.text()).isEqualTo("go on");
      assertThat(call.tools()).containsExactly("Write");
      assertThat(call.lastResult())
          .contains(new ModelCall.ToolResult("t1", "no such folder", true));
    }
  }

  private static final String CHAT =
      """
      {"model":"m","stream":%s,"stream_options":{"include_usage":true},
       "tools":[{"type":"function","function":{"name":"Write"}}],"messages":[
        {"role":"user","content":"begin"},
        {"role":"assistant","tool_calls":[
          {"id":"t1","type":"function","function":{"name":"Write","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"t1","content":"no such folder"},
        {"role":"user","content":[{"type":"text","text":"go on"}]}]}
      """;

  @Test
  void streamsAsOpenAiDoes() throws Exception {
    Turn turn =
        new Turn.CallsTools(
            "hello", List.of(new ToolUse("t2", "Write", "{}")), new Turn.Tokens(7, 3, 2));
    try (ModelServer server = ModelServer.playing(Script.of(turn))) {
      assertThat(post(server, "/v1/chat/completions", CHAT.formatted(true)).body())
          .containsSubsequence(
              "\"content\":\"hello\"",
              "\"id\":\"t2\"",
              "\"name\":\"Write\"",
              "\"arguments\":\"{}\"",
              "\"finish_reason\":\"tool_calls\"",
              "\"prompt_tokens\":9,\"completion_tokens\":3",
              "\"cached_tokens\":2",
              "data: [DONE]");
      assertThat(post(server, "/v1/chat/completions", CHAT.formatted(false)).body())
          .contains("\"content\":\"hello\"", "\"finish_reason\":\"tool_calls\"");
      ModelCall call = server.calls().getFirst();
      assertThat(call.text()).isEqualTo("go on");
      assertThat(call.tools()).containsExactly("Write");
      assertThat(call.lastResult())
          .contains(new ModelCall.ToolResult("t1", "no such folder", false));
    }
  }

  @Test
  void answersAsOneDocumentWhereNoStreamIsWanted() throws Exception {
    try (ModelServer server = ModelServer.playing(Script.of(Turn.says("hello")))) {
      assertThat(post(server, "/v1/messages", ASK.formatted(false)).body())
          .contains("{\"type\":\"text\",\"text\":\"hello\"}", "\"stop_reason\":\"end_turn\"");
    }
  }

  @Test
  void failsInEveryWayOfAService() throws Exception {
    Script script =
        Script.of(
            new Turn.Fails(529, "overloaded_error", "Overloaded", Map.of("retry-after", "7")),
            new Turn.FailsInStream("half", "api_error", "broken"),
            new Turn.Cut("half"),
            new Turn.FallsSilent("half"),
            new Turn.NeverAnswers());
    try (ModelServer server = ModelServer.playing(script)) {
      HttpResponse<String> overloaded = post(server, "/v1/messages", ASK.formatted(true));
      assertThat(overloaded.statusCode()).isEqualTo(529);
      assertThat(overloaded.headers().firstValue("retry-after")).contains("7");
      assertThat(overloaded.body()).contains("\"type\":\"overloaded_error\"");
      assertThat(post(server, "/v1/messages", ASK.formatted(true)).body())
          .containsSubsequence("half", "event: error", "broken");
      assertThatThrownBy(() -> post(server, "/v1/messages", ASK.formatted(true)))
          .hasCauseInstanceOf(IOException.class);
      assertThatThrownBy(() -> post(server, "/v1/messages", ASK.formatted(true)))
          .isInstanceOf(TimeoutException.class);
      assertThatThrownBy(() -> post(server, "/v1/messages", ASK.formatted(true)))
          .isInstanceOf(TimeoutException.class);
      assertThat(server.calls()).hasSize(5);
    }
  }

  @Test
  void knowsWhatIsNoCall() throws Exception {
    try (ModelServer server = ModelServer.playing(Script.of(Turn.says("hello")))) {
      assertThat(post(server, "/api/event_logging", "{}").statusCode()).isEqualTo(404);
      assertThat(server.strays()).containsExactly("POST /api/event_logging");
      assertThat(server.calls()).isEmpty();
    }
  }

  private static HttpResponse<String> post(ModelServer server, String path, String body)
      throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    try {
      HttpRequest request =
          HttpRequest.newBuilder(server.url().resolve(path))
              .POST(BodyPublishers.ofString(body))
              .build();
      return client.sendAsync(request, BodyHandlers.ofString()).get(5, TimeUnit.SECONDS);
    } finally {
      client.shutdownNow();
    }
  }
}
