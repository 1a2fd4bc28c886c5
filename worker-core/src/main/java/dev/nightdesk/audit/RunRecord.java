package dev.nightdesk.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.RunStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One run in the audit log, in the order of its fields there. What is not known is empty here and
 * {@code null} there.
 */
public record RunRecord(
    String runId,
    Assignment assignment,
    Agent agent,
    Course course,
    Volume volume,
    Consumption consumption,
    Place place) {
  private static final int SCHEMA = 1;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** What was to be done, and for whom. */
  public record Assignment(
      String worker,
      Optional<String> owner,
      String queue,
      String taskId,
      String taskTitle,
      Optional<String> taskUrl,
      int attempt,
      Cause cause) {}

  /** Who did it. */
  public record Agent(String name, Optional<String> version, Optional<String> model) {}

  /** How it went. */
  public record Course(
      Instant startedAt,
      Instant endedAt,
      Duration duration,
      RunStatus status,
      String reason,
      OptionalInt exitCode,
      Optional<String> sessionId) {}

  /** How much went in and came out. */
  public record Volume(
      OptionalLong inputBytes, OptionalLong outputBytes, Optional<String> outputFile) {}

  public record ToolCount(String name, int count) {}

  /** What it used. */
  public record Consumption(
      List<ToolCount> toolCalls,
      int llmCalls,
      long inputTokens,
      long outputTokens,
      long cachedTokens,
      Optional<BigDecimal> costUsd,
      Optional<String> costBasis) {
    public Consumption {
      toolCalls = List.copyOf(toolCalls);
    }
  }

  /** Where it was done. */
  public record Place(Optional<String> workspace, String host) {}

  /** The record's line without the two hashes. */
  public String json() {
    StringWriter text = new StringWriter(1_024);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("schema", SCHEMA);
      json.writeStringField("run_id", runId);
      writeAssignment(json);
      write(json, "agent", Optional.of(agent.name()));
      write(json, "agent_version", agent.version());
      write(json, "model", agent.model());
      writeCourse(json);
      write(json, "input_bytes", volume.inputBytes());
      write(json, "output_bytes", volume.outputBytes());
      write(json, "output_file", volume.outputFile());
      writeConsumption(json);
      write(json, "workspace", place.workspace());
      json.writeStringField("host", place.host());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private void writeAssignment(JsonGenerator json) throws IOException {
    json.writeStringField("worker", assignment.worker());
    write(json, "owner", assignment.owner());
    json.writeStringField("queue", assignment.queue());
    json.writeStringField("task_id", assignment.taskId());
    json.writeStringField("task_title", assignment.taskTitle());
    write(json, "task_url", assignment.taskUrl());
    json.writeNumberField("attempt", assignment.attempt());
    json.writeStringField("cause", assignment.cause().word());
  }

  private void writeCourse(JsonGenerator json) throws IOException {
    json.writeStringField("started_at", TIME.format(course.startedAt()));
    json.writeStringField("ended_at", TIME.format(course.endedAt()));
    json.writeNumberField("duration_ms", course.duration().toMillis());
    json.writeStringField("status", course.status().name());
    json.writeStringField("reason", course.reason());
    OptionalInt code = course.exitCode();
    write(
        json,
        "exit_code",
        code.isPresent() ? OptionalLong.of(code.getAsInt()) : OptionalLong.empty());
    write(json, "session_id", course.sessionId());
  }

  private void writeConsumption(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("tool_calls");
    for (ToolCount tool : consumption.toolCalls()) {
      json.writeStartObject();
      json.writeStringField("name", tool.name());
      json.writeNumberField("count", tool.count());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("llm_calls", consumption.llmCalls());
    json.writeNumberField("input_tokens", consumption.inputTokens());
    json.writeNumberField("output_tokens", consumption.outputTokens());
    json.writeNumberField("cached_tokens", consumption.cachedTokens());
    if (consumption.costUsd().isPresent()) {
      json.writeNumberField("cost_usd", consumption.costUsd().get());
    } else {
      json.writeNullField("cost_usd");
    }
    write(json, "cost_basis", consumption.costBasis());
  }

  private static void write(JsonGenerator json, String field, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(field, value.get());
    } else {
      json.writeNullField(field);
    }
  }

  private static void write(JsonGenerator json, String field, OptionalLong value)
      throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(field, value.getAsLong());
    } else {
      json.writeNullField(field);
    }
  }
}
