package dev.nightdesk.testkit.modelserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.testkit.modelserver.ModelCall.ToolResult;
import dev.nightdesk.testkit.modelserver.Turn.ToolUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** {@code POST /v1/responses}, as platform.openai.com/docs/api-reference/responses describes it. */
final class OpenAiResponses implements Dialect {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public boolean owns(String path) {
    return path.endsWith("/responses");
  }

  @Override
  public ModelCall read(Wire request, int number) {
    JsonNode body = request.body();
    List<ToolResult> results = new ArrayList<>();
    String text = body.path("input").isTextual() ? body.path("input").asText() : "";
    for (JsonNode item : sinceTheModelSpoke(body.path("input"))) {
      if (item.path("type").asText().endsWith("_output")) {
        results.add(
            new ToolResult(item.path("call_id").asText(), text(item.path("output")), false));
      } else if (item.path("role").asText().equals("user")) {
        text = text(item.path("content"));
      }
    }
    return new ModelCall(
        number,
        request.path(),
        request.headers(),
        body,
        text,
        results,
        all(body.path("tools")).map(tool -> tool.path("name").asText()).toList(),
        body.path("stream").asBoolean());
  }

  private static List<JsonNode> sinceTheModelSpoke(JsonNode input) {
    List<JsonNode> items = new ArrayList<>();
    for (JsonNode item : input) {
      if (isTheModels(item)) {
        items.clear();
      } else {
        items.add(item);
      }
    }
    return items;
  }

  private static boolean isTheModels(JsonNode item) {
    String type = item.path("type").asText();
    return item.path("role").asText().equals("assistant")
        || type.equals("reasoning")
        || type.endsWith("_call");
  }

  private static Stream<JsonNode> all(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** Text that stands as it is, or in parts. */
  private static String text(JsonNode content) {
    StringBuilder text = new StringBuilder(content.isTextual() ? content.asText() : "");
    content.forEach(part -> text.append(part.path("text").asText()));
    return text.toString();
  }

  @Override
  public List<Event> opening(ModelCall call, String text, Turn.Tokens tokens) {
    List<Event> events = new ArrayList<>();
    events.add(withResponse("response.created", response(call, "in_progress")));
    if (!text.isEmpty()) {
      ObjectNode added = event("response.output_item.added").put("output_index", 0);
      added.set("item", message(call, "in_progress", ""));
      events.add(named(added));
      events.add(
          named(
              event("response.output_text.delta")
                  .put("item_id", "msg_" + call.number())
                  .put("output_index", 0)
                  .put("content_index", 0)
                  .put("delta", text)));
    }
    return events;
  }

  @Override
  public List<Event> ending(ModelCall call, Turn.Spoken turn) {
    List<Event> events = new ArrayList<>();
    int index = 0;
    ObjectNode whole = whole(call, turn);
    for (JsonNode item : whole.path("output")) {
      ObjectNode done = event("response.output_item.done").put("output_index", index++);
      done.set("item", item);
      events.add(named(done));
    }
    events.add(withResponse("response." + whole.path("status").asText(), whole));
    return events;
  }

  @Override
  public String document(ModelCall call, Turn.Spoken turn) {
    return whole(call, turn).toString();
  }

  private static ObjectNode whole(ModelCall call, Turn.Spoken turn) {
    Optional<String> reason = whyIncomplete(turn);
    ObjectNode response = response(call, reason.isPresent() ? "incomplete" : "completed");
    reason.ifPresent(why -> response.putObject("incomplete_details").put("reason", why));
    ArrayNode output = (ArrayNode) response.get("output");
    if (!turn.text().isEmpty()) {
      output.add(message(call, response.path("status").asText(), turn.text()));
    }
    if (turn instanceof Turn.CallsTools calls) {
      calls.tools().forEach(tool -> output.add(tool(call, tool)));
    }
    Turn.Tokens tokens = turn.tokens();
    long sent = tokens.in() + tokens.cached();
    ObjectNode usage = response.putObject("usage").put("input_tokens", sent);
    usage.putObject("input_tokens_details").put("cached_tokens", tokens.cached());
    usage.put("output_tokens", tokens.out());
    usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
    usage.put("total_tokens", sent + tokens.out());
    return response;
  }

  private static Optional<String> whyIncomplete(Turn.Spoken turn) {
    return switch (turn) {
      case Turn.Says says -> Optional.empty();
      case Turn.CallsTools calls -> Optional.empty();
      case Turn.Refuses refuses -> Optional.of("content_filter");
      case Turn.RunsOut runsOut -> Optional.of("max_output_tokens");
    };
  }

  private static ObjectNode response(ModelCall call, String status) {
    ObjectNode response =
        JSON.createObjectNode()
            .put("id", "resp_" + call.number())
            .put("object", "response")
            .put("status", status)
            .put("model", call.model());
    response.putArray("output");
    return response;
  }

  private static ObjectNode message(ModelCall call, String status, String text) {
    ObjectNode message =
        JSON.createObjectNode()
            .put("id", "msg_" + call.number())
            .put("type", "message")
            .put("role", "assistant")
            .put("status", status);
    ArrayNode content = message.putArray("content");
    if (!text.isEmpty()) {
      content.addObject().put("type", "output_text").put("text", text).putArray("annotations");
    }
    return message;
  }

  /** A tool of type {@code custom} takes text, all others JSON. */
  private static ObjectNode tool(ModelCall call, ToolUse tool) {
    boolean custom =
        all(call.body().path("tools"))
            .filter(known -> known.path("name").asText().equals(tool.name()))
            .anyMatch(known -> known.path("type").asText().equals("custom"));
    return JSON.createObjectNode()
        .put("id", "item_" + tool.id())
        .put("type", custom ? "custom_tool_call" : "function_call")
        .put("call_id", tool.id())
        .put("name", tool.name())
        .put(custom ? "input" : "arguments", tool.input())
        .put("status", "completed");
  }

  @Override
  public String error(String type, String message) {
    ObjectNode error = JSON.createObjectNode();
    error.putObject("error").put("type", type).put("code", type).put("message", message);
    return error.toString();
  }

  @Override
  public Event errorEvent(String type, String message) {
    ObjectNode response = JSON.createObjectNode().put("id", "resp_failed").put("status", "failed");
    response.putObject("error").put("code", type).put("message", message);
    return withResponse("response.failed", response);
  }

  private static ObjectNode event(String type) {
    return JSON.createObjectNode().put("type", type);
  }

  private static Event withResponse(String type, ObjectNode response) {
    ObjectNode event = event(type);
    event.set("response", response);
    return named(event);
  }

  private static Event named(ObjectNode data) {
    return new Event(data.path("type").asText(), data.toString());
  }
}
