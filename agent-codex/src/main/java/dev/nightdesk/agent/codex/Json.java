package dev.nightdesk.agent.codex;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

/** Lines of Codex. */
final class Json {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Json() {}

  /** A line's value; nothing where it is no JSON, e.g. because it was cut off. */
  static JsonNode of(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
