package dev.nightdesk.audit;

import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.RunStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** One run in the audit log. What is not known is empty and becomes {@code null} there. */
@SuppressWarnings("DoNotCallSuggester")
public record RunRecord(
    String runId,
    Assignment assignment,
    Agent agent,
    Course course,
    Volume volume,
    Consumption consumption,
    Place place) {

  public record Assignment(
      String worker,
      Optional<String> owner,
      String queue,
      String taskId,
      String taskTitle,
      Optional<String> taskUrl,
      int attempt,
      Cause cause) {}

  public record Agent(String name, Optional<String> version, Optional<String> model) {}

  public record Course(
      Instant startedAt,
      Instant endedAt,
      Duration duration,
      RunStatus status,
      String reason,
      OptionalInt exitCode,
      Optional<String> sessionId) {}

  public record Volume(
      OptionalLong inputBytes, OptionalLong outputBytes, Optional<String> outputFile) {}

  public record ToolCount(String name, int count) {}

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

  public record Place(Optional<String> workspace, String host) {}

  /** The record's line without the two hashes. */
  public String json() {
    throw new UnsupportedOperationException("not yet");
  }
}
