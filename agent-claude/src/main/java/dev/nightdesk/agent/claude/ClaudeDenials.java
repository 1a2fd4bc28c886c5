package dev.nightdesk.agent.claude;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunEvents;
import dev.nightdesk.toolkit.TextLimit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tells each denied tool call once. Claude Code says so at once, before or after it shows the call,
 * and again in its result. For one thread.
 */
final class ClaudeDenials {
  private static final int LONGEST_DETAIL = 100;

  private final RunEvents events;
  private final Map<String, String> calls = new HashMap<>();
  private final Map<String, String> waiting = new HashMap<>();
  private final Set<String> told = new HashSet<>();

  ClaudeDenials(RunEvents events) {
    this.events = events;
  }

  void called(JsonNode call) {
    String id = call.path("id").asText();
    String detail = detail(call.path("input"));
    calls.put(id, detail);
    String tool = waiting.remove(id);
    if (tool != null) {
      tell(id, tool, detail);
    }
  }

  void denied(JsonNode line) {
    String id = line.path("tool_use_id").asText();
    String tool = line.path("tool_name").asText();
    String detail = calls.get(id);
    if (detail != null) {
      tell(id, tool, detail);
    } else {
      waiting.put(id, tool);
      events.emit(new RunEvent.Alive());
    }
  }

  void atTheEnd(JsonNode denials) {
    for (JsonNode denial : denials) {
      tell(
          denial.path("tool_use_id").asText(),
          denial.path("tool_name").asText(),
          detail(denial.path("tool_input")));
    }
  }

  private void tell(String id, String tool, String detail) {
    if (told.add(id)) {
      events.emit(new RunEvent.ToolDenied(tool, detail));
    }
  }

  /** What a tool was to do, in a few words. */
  static String detail(JsonNode input) {
    String words =
        Stream.of("command", "file_path", "path", "pattern", "url", "query", "skill", "description")
            .map(name -> input.path(name).asText())
            .filter(text -> !text.isBlank())
            .findFirst()
            .orElse("");
    String plain = words.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
    return TextLimit.toCharacters(plain, LONGEST_DETAIL, "…");
  }
}
