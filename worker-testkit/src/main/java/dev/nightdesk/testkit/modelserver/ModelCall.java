package dev.nightdesk.testkit.modelserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A call of the model, as the service received it.
 *
 * @param number counts the calls of this server, from 1
 * @param path of the request, e.g. {@code /v1/messages}
 * @param headers names in lower case, the first value of each
 * @param body the whole request
 * @param text all that the caller's last message says, tool results left out
 * @param results the tool results in the messages since the model spoke last
 * @param tools the names of the tools that the model may call
 * @param streamed whether the answer is wanted as a stream
 */
public record ModelCall(
    int number,
    String path,
    Map<String, String> headers,
    JsonNode body,
    String text,
    List<ToolResult> results,
    List<String> tools,
    boolean streamed) {

  /**
   * What a tool answered.
   *
   * @param id the id of the call that it answers
   * @param text in words
   * @param failed whether it is marked as an error, where the service has such a mark
   */
  public record ToolResult(String id, String text, boolean failed) {}

  public ModelCall {
    headers = Map.copyOf(headers);
    results = List.copyOf(results);
    tools = List.copyOf(tools);
  }

  /** The model that is asked for. */
  public String model() {
    return body.path("model").asText();
  }

  /** The result of the last tool call; empty where the call brings none. */
  public Optional<ToolResult> lastResult() {
    return results.isEmpty() ? Optional.empty() : Optional.of(results.getLast());
  }
}
