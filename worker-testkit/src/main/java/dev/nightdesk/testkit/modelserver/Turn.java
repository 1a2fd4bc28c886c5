package dev.nightdesk.testkit.modelserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What the model's service answers to one call. */
public sealed interface Turn {

  /** Turns that end as an answer of the model. */
  sealed interface Spoken extends Turn {
    /** What the model says, possibly nothing. */
    String text();

    /** What the call used. */
    Tokens tokens();
  }

  /**
   * What a call used.
   *
   * @param in sent, without those read from a cache
   * @param out received
   * @param cached read from a cache
   */
  record Tokens(long in, long out, long cached) {
    /** A thousand sent, a hundred received. */
    public static final Tokens USUAL = new Tokens(1_000, 100, 0);
  }

  /**
   * A tool that the model calls.
   *
   * @param id the call's id
   * @param name the tool's name
   * @param input its arguments, as JSON; text that is no JSON is sent as it is
   */
  record ToolUse(String id, String name, String input) {}

  /** The model says this and is done. */
  record Says(String text, Tokens tokens) implements Spoken {}

  /** The model says this and calls tools. */
  record CallsTools(String text, List<ToolUse> tools, Tokens tokens) implements Spoken {
    public CallsTools {
      tools = List.copyOf(tools);
    }
  }

  /** The model's provider does not let it answer. */
  record Refuses(String text, Tokens tokens) implements Spoken {}

  /** The answer is longer than was asked for at most. */
  record RunsOut(String text, Tokens tokens) implements Spoken {}

  /**
   * An error instead of an answer.
   *
   * @param status of HTTP
   * @param type the error's type as the service calls it, e.g. {@code overloaded_error}
   * @param message in words
   * @param headers beside the usual ones, e.g. {@code retry-after}
   */
  record Fails(int status, String type, String message, Map<String, String> headers)
      implements Turn {
    public Fails {
      headers = Map.copyOf(headers);
    }
  }

  /** The stream begins well and then holds an error. */
  record FailsInStream(String text, String type, String message) implements Turn {}

  /** The connection ends in the middle of the stream. */
  record Cut(String text) implements Turn {}

  /** The stream begins and nothing more comes. */
  record FallsSilent(String text) implements Turn {}

  /** Not even headers come. */
  record NeverAnswers() implements Turn {}

  /** The model says this, with the usual tokens. */
  static Turn says(String text) {
    return new Says(text, Tokens.USUAL);
  }

  /** The model calls one tool, with the usual tokens. */
  static Turn calls(String id, String tool, Map<String, ?> input) {
    ObjectNode json = new ObjectMapper().valueToTree(input);
    return new CallsTools("", List.of(new ToolUse(id, tool, json.toString())), Tokens.USUAL);
  }

  /** An error without further headers. */
  static Turn fails(int status, String type, String message) {
    return new Fails(status, type, message, Map.of());
  }

  /** A tool's arguments as the service sends them: JSON, or the text where it is none. */
  static JsonNode input(ToolUse tool) {
    ObjectMapper mapper = new ObjectMapper();
    try {
      return mapper.readTree(tool.input());
    } catch (IOException noJson) {
      return mapper.getNodeFactory().textNode(tool.input());
    }
  }
}
