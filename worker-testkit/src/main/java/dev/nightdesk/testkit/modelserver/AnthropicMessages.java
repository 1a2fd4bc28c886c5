package dev.nightdesk.testkit.modelserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.testkit.modelserver.ModelCall.ToolResult;
import dev.nightdesk.testkit.modelserver.Turn.ToolUse;
import java.util.ArrayList;
import java.util.List;

/** {@code POST /v1/messages}, as docs.anthropic.com describes it. */
final class AnthropicMessages implements Dialect {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public boolean owns(String path) {
    return path.endsWith("/messages");
  }

  @Override
  public ModelCall read(Wire request, int number) {
    JsonNode body = request.body();
    List<ToolResult> results = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    JsonNode messages = body.path("messages");
    for (int i = messages.size() - 1; i >= 0 && !isOf("assistant", messages.get(i)); i--) {
      if (isOf("system", messages.get(i))) {
        continue; // Claude Code ends its messages with one
      }
      List<ToolResult> ofMessage = new ArrayList<>();
      text.insert(0, content(messages.get(i).path("content"), ofMessage));
      results.addAll(0, ofMessage);
    }
    List<String> tools = new ArrayList<>();
    body.path("tools").forEach(tool -> tools.add(tool.path("name").asText()));
    return new ModelCall(
        number,
        request.path(),
        request.headers(),
        body,
        text.toString(),
        results,
        tools,
        body.path("stream").asBoolean());
  }

  private static boolean isOf(String role, JsonNode message) {
    return message.path("role").asText().equals(role);
  }

  /** The text of a message or a tool result; tool results go to the list. */
  private static String content(JsonNode content, List<ToolResult> results) {
    if (content.isTextual()) {
      return content.asText();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode block : content) {
      if (block.path("type").asText().equals("tool_result")) {
        results.add(
            new ToolResult(
                block.path("tool_use_id").asText(),
                content(block.path("content"), new ArrayList<>()),
                block.path("is_error").asBoolean()));
      } else {
        text.append(block.path("text").asText());
      }
    }
    return text.toString();
  }

  @Override
  public List<Event> opening(ModelCall call, String text, Turn.Tokens tokens) {
    List<Event> events = new ArrayList<>();
    ObjectNode start = event("message_start");
    start.set("message", message(call, tokens));
    events.add(named(start));
    if (!text.isEmpty()) {
      ObjectNode block = JSON.createObjectNode().put("type", "text").put("text", "");
      events.addAll(block(0, block, "text_delta", "text", text));
    }
    return events;
  }

  @Override
  public List<Event> ending(ModelCall call, Turn.Spoken turn) {
    List<Event> events = new ArrayList<>();
    int index = turn.text().isEmpty() ? 0 : 1;
    for (ToolUse tool : tools(turn)) {
      ObjectNode block = tool(tool);
      block.set("input", JSON.createObjectNode());
      events.addAll(block(index++, block, "input_json_delta", "partial_json", tool.input()));
    }
    ObjectNode delta = event("message_delta");
    delta.putObject("delta").put("stop_reason", reason(turn)).putNull("stop_sequence");
    delta.set("usage", usage(turn.tokens()));
    events.add(named(delta));
    events.add(named(event("message_stop")));
    return events;
  }

  private static List<Event> block(
      int index, ObjectNode block, String delta, String field, String content) {
    ObjectNode start = event("content_block_start").put("index", index);
    start.set("content_block", block);
    ObjectNode middle = event("content_block_delta").put("index", index);
    middle.putObject("delta").put("type", delta).put(field, content);
    return List.of(
        named(start), named(middle), named(event("content_block_stop").put("index", index)));
  }

  @Override
  public String document(ModelCall call, Turn.Spoken turn) {
    ObjectNode message = message(call, turn.tokens());
    ArrayNode content = (ArrayNode) message.get("content");
    if (!turn.text().isEmpty()) {
      content.addObject().put("type", "text").put("text", turn.text());
    }
    for (ToolUse tool : tools(turn)) {
      content.add(tool(tool).set("input", Turn.input(tool)));
    }
    message.put("stop_reason", reason(turn));
    message.set("usage", usage(turn.tokens()));
    return message.toString();
  }

  private static List<ToolUse> tools(Turn.Spoken turn) {
    return turn instanceof Turn.CallsTools calls ? calls.tools() : List.of();
  }

  private static ObjectNode tool(ToolUse tool) {
    return JSON.createObjectNode()
        .put("type", "tool_use")
        .put("id", tool.id())
        .put("name", tool.name());
  }

  private static String reason(Turn.Spoken turn) {
    return switch (turn) {
      case Turn.Says says -> "end_turn";
      case Turn.CallsTools calls -> "tool_use";
      case Turn.Refuses refuses -> "refusal";
      case Turn.RunsOut runsOut -> "max_tokens";
    };
  }

  private static ObjectNode message(ModelCall call, Turn.Tokens tokens) {
    ObjectNode message =
        JSON.createObjectNode()
            .put("id", "msg_" + call.number())
            .put("type", "message")
            .put("role", "assistant")
            .put("model", call.model());
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    message.set("usage", usage(new Turn.Tokens(tokens.in(), 1, tokens.cached())));
    return message;
  }

  private static ObjectNode usage(Turn.Tokens tokens) {
    return JSON.createObjectNode()
        .put("input_tokens", tokens.in())
        .put("output_tokens", tokens.out())
        .put("cache_creation_input_tokens", 0)
        .put("cache_read_input_tokens", tokens.cached());
  }

  @Override
  public String error(String type, String message) {
    ObjectNode error = JSON.createObjectNode().put("type", "error");
    error.putObject("error").put("type", type).put("message", message);
    return error.toString();
  }

  @Override
  public Event errorEvent(String type, String message) {
    return new Event("error", error(type, message));
  }

  private static ObjectNode event(String type) {
    return JSON.createObjectNode().put("type", type);
  }

  private static Event named(ObjectNode data) {
    return new Event(data.path("type").asText(), data.toString());
  }
}
