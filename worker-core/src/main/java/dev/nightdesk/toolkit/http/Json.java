package dev.nightdesk.toolkit.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.spi.QueueException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * JSON of a service, read strictly: what must be there and is not makes the whole answer void,
 * since half an answer read as a whole one would make tasks vanish. For any thread.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private Json() {}

  /** Reads a text; {@code service} is named where it is no JSON. */
  static JsonNode parse(String service, String text) throws QueueException {
    try {
      JsonNode read = MAPPER.readTree(text);
      if (!read.isMissingNode()) {
        return read;
      }
    } catch (JsonProcessingException broken) {
      // Said below; Jackson's message would quote the answer.
    }
    throw QueueException.retryLater(service + " answered with something that is no JSON.");
  }

  /** A new object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A new array. */
  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** An array that must be there. */
  public static ArrayNode list(JsonNode from, String field) throws QueueException {
    if (from.get(field) instanceof ArrayNode list) {
      return list;
    }
    throw lacks(field);
  }

  /** A text that must be there and not be empty. */
  public static String text(JsonNode from, String field) throws QueueException {
    return find(from, field).orElseThrow(() -> lacks(field));
  }

  /** A text; empty where it is absent, null or no text. */
  public static Optional<String> find(JsonNode from, String field) {
    return Optional.ofNullable(from.get(field))
        .filter(node -> node.isTextual() || node.isIntegralNumber())
        .map(JsonNode::asText)
        .filter(text -> !text.isEmpty());
  }

  /** An RFC 3339 time; empty where it is absent or none. */
  public static Optional<Instant> time(JsonNode from, String field) {
    return find(from, field)
        .flatMap(text -> {
          try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
          } catch (DateTimeException none) {
            return Optional.empty();
          }
        });
  }

  private static QueueException lacks(String field) {
    return QueueException.retryLater("The service's answer lacks \"" + field + "\".");
  }
}
