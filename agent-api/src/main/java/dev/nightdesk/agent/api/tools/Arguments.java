package dev.nightdesk.agent.api.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * What a model calls a tool with.
 *
 * @param json an object
 */
public record Arguments(JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Understands the arguments as the model wrote them. */
  static Arguments parse(String text) throws ToolException {
    return find(text)
        .orElseThrow(() ->
            ToolException.failed(
                "The arguments of this call are no JSON object, so nothing was done. Where they"
                    + " were cut off, make them shorter; then call the tool again."));
  }

  /** The arguments, where they are a JSON object; none at all are an empty one. */
  public static Optional<Arguments> find(String text) {
    try {
      JsonNode json = text.isBlank() ? JSON.createObjectNode() : JSON.readTree(text);
      return Optional.of(new Arguments(json)).filter(known -> known.json.isObject());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** A text that has to be there. */
  String text(String name) throws ToolException {
    JsonNode value = json.path(name);
    if (!value.isTextual()) {
      throw ToolException.failed("The argument " + name + " is missing or no text.");
    }
    return value.textValue();
  }

  /** A text, or what it is where it is left out. */
  String text(String name, String otherwise) throws ToolException {
    return isAbsent(name) ? otherwise : text(name);
  }

  /** A whole number of at least 1, or what it is where it is left out. */
  int number(String name, int otherwise, int most) throws ToolException {
    if (isAbsent(name)) {
      return otherwise;
    }
    JsonNode value = json.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      throw ToolException.failed("The argument " + name + " has to be a number of at least 1.");
    }
    return Math.min(value.intValue(), most);
  }

  boolean flag(String name) {
    return json.path(name).asBoolean();
  }

  private boolean isAbsent(String name) {
    return json.path(name).isMissingNode() || json.path(name).isNull();
  }
}
