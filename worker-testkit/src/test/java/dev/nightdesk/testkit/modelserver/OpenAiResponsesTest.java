package dev.nightdesk.testkit.modelserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenAiResponsesTest {
  private static final String ASK =
      """
      {"model":"m","stream":%s,
       "tools":[{"type":"function","name":"run"},{"type":"custom","name":"patch"}],
       "input":[
        {"type":"message","role":"user","content":[{"type":"input_text","text":"begin"}]},
        {"type":"function_call","call_id":"c1","name":"run","arguments":"{}"},
        {"type":"function_call_output","call_id":"c1","output":"exit 7"},
        {"type":"message","role":"user","content":[{"type":"input_text","text":"go on"}]}]}
      """;

  @Test
  void streamsTextAndBothSortsOfTools() throws Exception {
    List<Turn.ToolUse> tools =
        List.of(
            new Turn.ToolUse("c2", "run", "{\"cmd\":\"ls\"}"),
            new Turn.ToolUse("c3", "patch", "*** Begin Patch"));
    Turn turn = new Turn.CallsTools("let me see", tools, new Turn.Tokens(10, 3, 5));
    try (ModelServer server = ModelServer.playing(Script.of(turn))) {
      assertThat(post(server, ASK.formatted(true)).body())
          .containsSubsequence(
              "event: response.created\ndata: {\"type\":\"response.created\"",
              "event: response.output_text.delta",
              "\"delta\":\"let me see\"",
              "event: response.output_item.done",
              "\"text\":\"let me see\"",
              "\"function_call\",\"call_id\":\"c2\",\"name\":\"run\",\"arguments\":\"{\\\"cmd\\\"",
              "\"custom_tool_call\",\"call_id\":\"c3\",\"name\":\"patch\",\"input\":\"*** Begin Patch\"",
              "event: response.completed",
              "\"usage\":{\"input_tokens\":15,\"input_tokens_details\":{\"cached_tokens\":5}");
      ModelCall call = server.calls().getFirst();
      assertThat(call.text()).isEqualTo("go on");
      assertThat(call.tools()).containsExactly("run", "patch");
      assertThat(call.results()).containsExactly(new ModelCall.ToolResult("c1", "exit 7", false));
    }
  }

  @Test
  void answersAsOneDocumentWhereNoStreamIsWanted() throws Exception {
    try (ModelServer server = ModelServer.playing(Script.of(Turn.says("hello")))) {
      assertThat(post(server, ASK.formatted(false)).body())
          .contains("\"status\":\"completed\"", "\"type\":\"output_text\",\"text\":\"hello\"");
    }
  }

  @Test
  void endsAndFailsAsOpenAiDoes() throws Exception {
    Script script =
        Script.of(
            new Turn.RunsOut("half", Turn.Tokens.USUAL),
            new Turn.Refuses("", Turn.Tokens.USUAL),
            new Turn.FailsInStream("half", "server_error", "broken"),
            Turn.fails(429, "rate_limit_exceeded", "slow down"));
    try (ModelServer server = ModelServer.playing(script)) {
      assertThat(post(server, ASK.formatted(true)).body())
          .containsSubsequence("half", "event: response.incomplete", "max_output_tokens");
      assertThat(post(server, ASK.formatted(true)).body())
          .containsSubsequence("event: response.incomplete", "content_filter");
      assertThat(post(server, ASK.formatted(true)).body())
          .containsSubsequence("half", "event: response.failed", "\"code\":\"server_error\"");
      HttpResponse<String> limited = post(server, ASK.formatted(true));
      assertThat(limited.statusCode()).isEqualTo(429);
      assertThat(limited.body()).contains("\"code\":\"rate_limit_exceeded\"", "slow down");
    }
  }

  private static HttpResponse<String> post(ModelServer server, String body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(server.url().resolve("/v1/responses"))
              .POST(BodyPublishers.ofString(body))
              .build();
      return client.send(request, BodyHandlers.ofString());
    }
  }
}
