package dev.nightdesk.worker;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nightdesk.ledger.Conclusion;
import dev.nightdesk.ledger.Runs.Hold;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Standing;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Conclusions of runs as files in their folders: what an agent was paid for is not lost with a
 * worker that dies before the ledger has it.
 */
final class Kept {
  private static final Logger log = LoggerFactory.getLogger(Kept.class);
  private static final JsonFactory JSON = new JsonFactory();

  private final Workspaces workspaces;

  Kept(Workspaces workspaces) {
    this.workspaces = workspaces;
  }

  /** Without it the run is only less safe, so that a full disk is no reason to fail here. */
  void keep(String runId, Conclusion conclusion) {
    try {
      Workspaces.write(file(runId), json(conclusion));
    } catch (IOException e) {
      log.warn("run_id={} its conclusion is not kept: {}", runId, Remarks.problem(e));
    }
  }

  /** Empty where none is kept, or only a part of one. */
  Optional<Conclusion> of(String runId) {
    Path file = file(runId);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(conclusion(new JsonMapper().readTree(Files.readAllBytes(file))));
    } catch (IOException | IllegalArgumentException cut) {
      return Optional.empty();
    }
  }

  private Path file(String runId) {
    return workspaces.of(runId).record().resolve("conclusion.json");
  }

  private static String json(Conclusion what) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("status", what.status().name());
      json.writeStringField("reason", what.reason());
      json.writeStringField("next", what.next().name());
      put(json, "not_before", what.notBefore().map(Instant::toString));
      put(json, "wait_reason", what.waitReason());
      put(json, "hold_reason", what.hold().map(Hold::reason));
      put(json, "hold_release", what.hold().map(Hold::release));
      json.writeBooleanField("charged", what.charged());
      json.writeBooleanField("model_failed", what.modelFailed());
      json.writeStringField("cost_usd", what.costUsd().toPlainString());
      put(json, "session", what.session());
      json.writeArrayFieldStart("claimed");
      for (Receipt receipt : what.claimed()) {
        json.writeStartObject();
        json.writeStringField("key", receipt.key());
        put(json, "remote_id", receipt.remoteId());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("entries");
      for (Entry entry : what.entries()) {
        write(json, entry);
      }
      json.writeEndArray();
      json.writeStringField("record", what.recordJson());
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void put(JsonGenerator json, String field, Optional<String> text)
      throws IOException {
    if (text.isPresent()) {
      json.writeStringField(field, text.get());
    }
  }

  private static void write(JsonGenerator json, Entry entry) throws IOException {
    json.writeStartObject();
    json.writeStringField("key", entry.key());
    switch (entry) {
      case Entry.Note note -> {
        json.writeStringField("note", note.body());
        json.writeStringField("where_whole", note.whereWhole());
      }
      case Entry.Move move -> json.writeStringField("move", move.to().name());
      case Entry.Link link -> {
        json.writeStringField("link", link.target().toString());
        json.writeStringField("title", link.title());
      }
    }
    json.writeEndObject();
  }

  private static Conclusion conclusion(JsonNode json) {
    List<Receipt> claimed = new ArrayList<>();
    json.path("claimed")
        .forEach(one -> claimed.add(new Receipt(text(one, "key"), find(one, "remote_id"))));
    List<Entry> entries = new ArrayList<>();
    json.path("entries").forEach(one -> entries.add(entry(one)));
    return new Conclusion(
        RunStatus.valueOf(text(json, "status")),
        text(json, "reason"),
        TaskState.valueOf(text(json, "next")),
        find(json, "not_before").map(Instant::parse),
        find(json, "wait_reason"),
        find(json, "hold_reason")
            .map(reason -> new Hold(reason, text(json, "hold_release"), Optional.empty())),
        json.path("charged").asBoolean(),
        json.path("model_failed").asBoolean(),
        new BigDecimal(text(json, "cost_usd")),
        find(json, "session"),
        claimed,
        entries,
        text(json, "record"));
  }

  private static Entry entry(JsonNode json) {
    String key = text(json, "key");
    if (json.has("note")) {
      return new Entry.Note(key, text(json, "note"), text(json, "where_whole"));
    }
    return json.has("move")
        ? new Entry.Move(key, Standing.valueOf(text(json, "move")))
        : new Entry.Link(key, URI.create(text(json, "link")), text(json, "title"));
  }

  private static Optional<String> find(JsonNode json, String field) {
    return Optional.ofNullable(json.get(field)).map(JsonNode::asText);
  }

  private static String text(JsonNode json, String field) {
    return find(json, field).orElseThrow(() -> new IllegalArgumentException(field));
  }
}
