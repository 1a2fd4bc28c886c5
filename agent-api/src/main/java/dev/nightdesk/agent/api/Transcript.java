package dev.nightdesk.agent.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.agent.api.Price.Tokens;
import dev.nightdesk.agent.api.tools.Arguments;
import dev.nightdesk.agent.api.tools.Shortened;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/** {@code transcript.jsonl}: what happened in a run, one JSON object a line. */
final class Transcript implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN = 4_000;
  private static final int OF_A_LINE = 200;

  private final OutputStream out;
  private final InstantSource clock;
  private long room;

  /**
   * @param limit the bytes that it may have; what comes after that is left out
   */
  Transcript(Path file, long limit, InstantSource clock) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    // not a channel, which would be closed by an interrupt, and that is how a run is stopped
    this.out = new FileOutputStream(file.toFile());
    this.clock = clock;
    this.room = limit;
  }

  void called(int number, Tokens tokens, BigDecimal spent) {
    write(
        line("call")
            .put("number", number)
            .put("input_tokens", tokens.in() + tokens.written())
            .put("output_tokens", tokens.out())
            .put("cached_tokens", tokens.read())
            .put("spent_usd", spent));
  }

  void said(String text) {
    if (!text.isBlank()) {
      write(line("said").put("text", text));
    }
  }

  void tool(String name, String arguments) {
    write(line("tool").put("name", name).put("input", Shortened.middle(arguments, SHOWN)));
  }

  void result(String name, String text, boolean failed) {
    write(
        line("result")
            .put("name", name)
            .put("failed", failed)
            .put("text", Shortened.middle(text, SHOWN)));
  }

  void background(String text) {
    write(line("background").put("text", text));
  }

  void problem(String text) {
    write(line("error").put("text", text));
  }

  private ObjectNode line(String kind) {
    return JSON.createObjectNode().put("at", clock.instant().toString()).put("kind", kind);
  }

  private void write(ObjectNode line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    if (bytes.length > room) {
      room = 0;
      return;
    }
    try {
      out.write(bytes);
      room -= bytes.length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** A line in plain words; empty where a person need not know. */
  static Optional<String> inWords(String line) {
    try {
      JsonNode json = JSON.readTree(line);
      String text = json.path("text").asText();
      return switch (json.path("kind").asText()) {
        case "said" -> Optional.of(text.strip());
        case "tool" -> Optional.of("› " + deed(json));
        case "result" ->
            json.path("failed").asBoolean()
                ? Optional.of("  failed: " + oneLine(text))
                : Optional.empty();
        case "background" -> Optional.of("› in the background: " + oneLine(text));
        case "error" -> Optional.of("! " + oneLine(text));
        default -> Optional.empty();
      };
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String deed(JsonNode json) {
    String name = json.path("name").asText();
    String input = json.path("input").asText();
    Optional<JsonNode> given = Arguments.find(input).map(Arguments::json);
    for (String telling : new String[] {"command", "path", "pattern", "id"}) {
      if (given.isPresent() && given.get().path(telling).isTextual()) {
        return name + " " + oneLine(given.get().path(telling).textValue());
      }
    }
    return (name + " " + (given.isPresent() ? "" : oneLine(input))).strip();
  }

  /** A text in a few words and without control characters. */
  static String oneLine(String text) {
    return Shortened.middle(text, OF_A_LINE).replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
  }

  /** A tool's name as it may stand in a record: the model can write anything there. */
  static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).matches("[a-z_]{1,30}") ? name : "unknown";
  }
}
