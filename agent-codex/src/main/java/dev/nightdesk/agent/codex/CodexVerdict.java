package dev.nightdesk.agent.codex;

import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.toolkit.Ending;
import dev.nightdesk.toolkit.TextLimit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** What a run that has ended amounts to. */
record CodexVerdict(
    RunRequest request, CodexCommand command, CodexOutput output, CodexSession session) {
  private static final int BAD_USAGE = 2;
  private static final int LONGEST_REASON = 500;

  RunResult of(Ending ending, String lastErrorLine) throws IOException {
    return switch (ending) {
      case Ending.Exited(int code) when code == 0 -> ended();
      case Ending.Exited(int code) when output.session().isEmpty() ->
          neverBegan(code, lastErrorLine);
      case Ending.Exited(int code) -> broke(code);
      case Ending.Stopped stopped -> stopped();
      case Ending.Flooded flooded ->
          failed(
              Failure.TOO_MUCH_OUTPUT,
              "Codex printed more than " + flooded.limit() + " bytes and was stopped.",
              OptionalInt.empty());
      case Ending.Exhausted exhausted ->
          failed(Failure.AGENT_FAILED, exhausted.why(), OptionalInt.empty());
      case Ending.Lost lost -> failed(Failure.AGENT_FAILED, lost.why(), OptionalInt.empty());
    };
  }

  private RunResult stopped() {
    return session
        .limit()
        .map(limit ->
            failed(
                limit,
                limit == Failure.CALL_LIMIT
                    ? "It needs more model calls than it may make; see WORKER_CALL_LIMIT."
                    : "One more model call could cost more than is left; see"
                        + " WORKER_COST_LIMIT_USD.",
                OptionalInt.empty()))
        .orElseGet(() -> new RunResult.Stopped(output.said()));
  }

  private RunResult ended() {
    OptionalInt code = OptionalInt.of(0);
    if (output.tooLong()) {
      return failed(
          Failure.TOO_MUCH_OUTPUT,
          "The result is larger than the limit; see WORKER_OUTPUT_LIMIT.",
          code);
    }
    return output.completed().isPresent()
        ? new RunResult.Finished(output.last(), code)
        : failed(
            Failure.UNREADABLE_OUTPUT, "Codex ended without saying that its turn is over.", code);
  }

  /** It did nothing: what it was told is wrong, or the session to go on with is gone. */
  private RunResult neverBegan(int code, String lastErrorLine) throws IOException {
    if (code == BAD_USAGE) {
      return failed(
          Failure.CANNOT_START,
          "Codex does not take its arguments: "
              + complaint().orElse(lastErrorLine)
              + ". See CODEX_EXTRA_ARGS and the version of Codex.",
          OptionalInt.of(code));
    }
    return failed(
        request.session().isPresent() ? Failure.SESSION_LOST : Failure.CANNOT_START,
        "Codex did not begin: " + (lastErrorLine.isEmpty() ? "exit code " + code : lastErrorLine),
        OptionalInt.of(code));
  }

  /** The line that says what is wrong is not the last one. */
  private Optional<String> complaint() throws IOException {
    Path errors = request.record().resolve("stderr.log");
    try (Stream<String> lines = Files.lines(errors, StandardCharsets.ISO_8859_1)) {
      return lines
          .limit(1000)
          .filter(line -> line.startsWith("error: "))
          .map(line -> line.substring(7))
          .findFirst();
    }
  }

  private RunResult broke(int code) {
    String complaint = output.complaint().orElse("it ended with exit code " + code);
    if (CodexFailure.isUsageLimit(session.error())) {
      // an API key that is out of money gets the same kind, but no time
      return session.exhaustedUntil().isPresent() || command.key().isEmpty()
          ? new RunResult.AccountLimited(account(), session.exhaustedUntil(), output.said())
          : failed(Failure.MODEL_REFUSES_US, reason(complaint), OptionalInt.of(code));
    }
    Failure failure = CodexFailure.of(session.error(), complaint);
    String what =
        switch (failure) {
          case MODEL_UNAVAILABLE -> "The model's service is overloaded or cannot be reached";
          case MODEL_REFUSES_US ->
              "The model's service refuses us; see OPENAI_API_KEY, CODEX_API_KEY or your login";
          default -> "Codex failed";
        };
    return failed(failure, what + ": " + shown(complaint), OptionalInt.of(code));
  }

  private static String reason(String complaint) {
    return "Codex failed: " + shown(complaint);
  }

  private static String shown(String complaint) {
    String line = complaint.replaceAll("\\p{Cntrl}+", " ").strip();
    return TextLimit.toCharacters(line, LONGEST_REASON, "…");
  }

  /** Workers of one key share its limits; the few digits tell keys apart and give none away. */
  private String account() {
    return command.key().map(CodexVerdict::digest).map("codex-key-"::concat).orElse("codex-login");
  }

  private static String digest(Secret key) {
    try {
      byte[] bytes = key.reveal().getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(hash, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private RunResult failed(Failure failure, String reason, OptionalInt code) {
    return new RunResult.Failed(failure, reason, output.said(), code);
  }
}
