package dev.nightdesk.testkit.modelserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.testkit.modelserver.ModelCall.ToolResult;
import dev.nightdesk.testkit.modelserver.Turn.ToolUse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/chat/completions}, as platform.openai.com describes it. */
final class OpenAiChat implements Dialect {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public boolean owns(String path) {
    return path.endsWith("/chat/completions");
  }

  @Override
  public ModelCall read(Wire request, int number) {
    JsonNode body = request.body();
    JsonNode messages = body.path("messages");
    List<ToolResult> results = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int i = messages.size() - 1; i >= 0 && isCallers(messages.get(i)); i--) {
      JsonNode message = messages.get(i);
      String content = content(message.path("content"));
      if (role(message).equals("tool")) {
        // this service has no mark for a tool that failed
        results.addFirst(new ToolResult(message.path("tool_call_id").asText(), content, false));
      } else {
        text.insert(0, content);
      }
    }
    List<String> tools = new ArrayList<>();
    body.path("tools").forEach(tool -> tools.add(tool.at("/function/name").asText()));
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

  private static boolean isCallers(JsonNode message) {
    return role(message).equals("user") || role(message).equals("tool");
  }

  private static String role(JsonNode message) {
    return message.path("role").asText();
  }

  private static String content(JsonNode content) {
    if (content.isTextual()) {
      return content.asText();
    }
    StringBuilder text = new StringBuilder();
    content.forEach(part -> text.append(part.path("text").asText()));
    return text.toString();
  }

  @Override
  public List<Event> opening(ModelCall call, String text, Turn.Tokens tokens) {
    ObjectNode delta = JSON.createObjectNode().put("role", "assistant").put("content", "");
    List<Event> events = new ArrayList<>(List.of(chunk(call, delta, null)));
    if (!text.isEmpty()) {
      events.add(chunk(call, JSON.createObjectNode().put("content", text), null));
    }
    return events;
  }

  @Override
  public List<Event> ending(ModelCall call, Turn.Spoken turn) {
    List<Event> events = new ArrayList<>();
    int index = 0;
    for (ToolUse tool : tools(turn)) {
      ObjectNode name = call(tool, "").put("index", index);
      ObjectNode arguments = JSON.createObjectNode().put("index", index++);
      arguments.putObject("function").put("arguments", tool.input());
      for (ObjectNode part : List.of(name, arguments)) {
        ObjectNode delta = JSON.createObjectNode();
        delta.putArray("tool_calls").add(part);
        events.add(chunk(call, delta, null));
      }
    }
    events.add(chunk(call, JSON.createObjectNode(), reason(turn)));
    if (call.body().at("/stream_options/include_usage").asBoolean()) {
      ObjectNode last = document(call, "chat.completion.chunk");
      last.putArray("choices");
      last.set("usage", usage(turn.tokens()));
      events.add(new Event("", last.toString()));
    }
    events.add(new Event("", "[DONE]"));
    return events;
  }

  @Override
  public String document(ModelCall call, Turn.Spoken turn) {
    ObjectNode document = document(call, "chat.completion");
    ObjectNode choice = document.putArray("choices").addObject().put("index", 0);
    ObjectNode message = choice.putObject("message").put("role", "assistant");
    message.put("content", turn.text().isEmpty() ? null : turn.text());
    if (!tools(turn).isEmpty()) {
      tools(turn).forEach(tool -> message.withArray("tool_calls").add(call(tool, tool.input())));
    }
    choice.put("finish_reason", reason(turn));
    document.set("usage", usage(turn.tokens()));
    return document.toString();
  }

  private static ObjectNode document(ModelCall call, String object) {
    return JSON.createObjectNode()
        .put("id", "chatcmpl-" + call.number())
        .put("object", object)
        .put("created", 0)
        .put("model", call.model());
  }

  private static Event chunk(ModelCall call, ObjectNode delta, @Nullable String reason) {
    ObjectNode chunk = document(call, "chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", reason);
    return new Event("", chunk.toString());
  }

  private static ObjectNode call(ToolUse tool, String arguments) {
    ObjectNode call = JSON.createObjectNode().put("id", tool.id()).put("type", "function");
    call.putObject("function").put("name", tool.name()).put("arguments", arguments);
    return call;
  }

  private static List<ToolUse> tools(Turn.Spoken turn) {
    return turn instanceof Turn.CallsTools calls ? calls.tools() : List.of();
  }

  private static String reason(Turn.Spoken turn) {
    return switch (turn) {
      case Turn.Says says -> "stop";
      case Turn.CallsTools calls -> "tool_calls";
      case Turn.Refuses refuses -> "content_filter";
      case Turn.RunsOut runsOut -> "length";
    };
  }

  /** This service counts what it read from its cache among the tokens that were sent. */
  private static ObjectNode usage(Turn.Tokens tokens) {
    long sent = tokens.in() + tokens.cached();
    ObjectNode usage =
        JSON.createObjectNode()
            .put("prompt_tokens", sent)
            .put("completion_tokens", tokens.out())
            .put("total_tokens", sent + tokens.out());
    usage.putObject("prompt_tokens_details").put("cached_tokens", tokens.cached());
    return usage;
  }

  @Override
  public String error(String type, String message) {
    ObjectNode error = JSON.createObjectNode();
    error.putObject("error").put("message", message).put("type", type).put("code", type);
    return error.toString();
  }

  @Override
  public Event errorEvent(String type, String message) {
    return new Event("", error(type, message));
  }
}
