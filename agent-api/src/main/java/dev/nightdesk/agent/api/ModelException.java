package dev.nightdesk.agent.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightdesk.toolkit.TextLimit;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A model's service did not answer a call as it should. Unchecked, to get through LangChain4j. */
final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST = 500;

  /** Anthropic has no field for it; OpenAI's code is the first. */
  private static final Pattern TOO_LONG =
      Pattern.compile(
          "context_length_exceeded|prompt is too long|too many tokens|context (length|window|size)"
              + "|exceeds? the (maximum|model|available)|input is too long",
          Pattern.CASE_INSENSITIVE);

  private static final Set<String> REFUSING =
      Set.of(
          "authentication_error",
          "permission_error",
          "billing_error",
          "insufficient_quota",
          "invalid_api_key");

  /** What sort of trouble. */
  enum Kind {
    /** The service is away or overloaded; again later. */
    UNAVAILABLE,
    /** Too many calls; again later. */
    LIMITED,
    /** Key, quota, billing, no such model or address: a person has to act. */
    REFUSES,
    /** The conversation is longer than the model can take. */
    TOO_LONG,
    /** The service does not take this call. */
    REJECTED
  }

  private final Kind kind;
  private final transient Optional<Duration> after;

  ModelException(Kind kind, String message) {
    this(kind, message, Optional.empty());
  }

  private ModelException(Kind kind, String message, Optional<Duration> after) {
    super(message);
    this.kind = kind;
    this.after = after;
  }

  Kind kind() {
    return kind;
  }

  /** How long the service wants to be left alone. */
  Optional<Duration> after() {
    return after;
  }

  /**
   * An answer that is an error.
   *
   * @param after what its header {@code retry-after} says
   */
  static ModelException ofStatus(int status, Optional<Duration> after, String body) {
    Reason reason = Reason.of(body);
    Kind kind =
        switch (status) {
          case 401, 402, 403, 404 -> Kind.REFUSES;
          case 429 -> reason.refuses() ? Kind.REFUSES : Kind.LIMITED;
          case 408, 409, 425 -> Kind.UNAVAILABLE;
          case 413 -> Kind.TOO_LONG;
          default -> {
            if (status >= 500) {
              yield Kind.UNAVAILABLE;
            }
            yield status < 400 || reason.refuses() ? Kind.REFUSES : reason.rejected();
          }
        };
    return new ModelException(kind, "it answers " + status + reason.said(), after);
  }

  /** An error in the middle of an answer. */
  static ModelException inStream(String data) {
    Reason reason = Reason.of(data);
    String type = reason.type().toLowerCase(Locale.ROOT);
    Kind kind = Kind.UNAVAILABLE;
    if (reason.refuses()) {
      kind = Kind.REFUSES;
    } else if (type.contains("invalid_request") || TOO_LONG.matcher(type).find()) {
      kind = reason.rejected();
    }
    return new ModelException(kind, "its answer broke off" + reason.said());
  }

  /**
   * What an error says of itself.
   *
   * @param type the service's word for it, or its code
   */
  private record Reason(String type, String message) {
    static Reason of(String body) {
      try {
        JsonNode json = JSON.readTree(body);
        JsonNode error = json.path("error").isMissingNode() ? json : json.path("error");
        String code = error.path("code").isTextual() ? error.path("code").textValue() : "";
        String type = code.isEmpty() ? error.path("type").asText() : code;
        String message = error.isTextual() ? error.textValue() : error.path("message").asText();
        return new Reason(type, message);
      } catch (JsonProcessingException e) {
        return new Reason("", "");
      }
    }

    boolean refuses() {
      return REFUSING.contains(type);
    }

    Kind rejected() {
      return TOO_LONG.matcher(type + " " + message).find() ? Kind.TOO_LONG : Kind.REJECTED;
    }

    String said() {
      String text = message.isBlank() ? type : message;
      String plain = text.replaceAll("\\p{Cntrl}+", " ").strip();
      return plain.isEmpty() ? "" : ": " + TextLimit.toCharacters(plain, LONGEST, "…");
    }
  }
}
