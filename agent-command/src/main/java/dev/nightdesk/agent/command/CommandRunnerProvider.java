package dev.nightdesk.agent.command;

import com.fasterxml.jackson.core.JsonPointer;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Values;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes the agent that {@code WORKER_AGENT=command} names. */
public final class CommandRunnerProvider implements AgentRunnerProvider {
  private static final Setting<CommandLine> COMMAND =
      Setting.of(
          "COMMAND_AGENT",
          "program to run and its arguments, split as a shell splits words; the prompt comes on"
              + " standard input and in {prompt_file}, the result is standard output or what it"
              + " writes to {result_file}; {session} is the session to go on with",
          CommandLine::parse);
  private static final Setting<Set<Integer>> OK_EXIT_CODES =
      Setting.of(
              "COMMAND_OK_EXIT_CODES",
              "exit codes that mean success, separated by commas",
              CommandRunnerProvider::exitCodes)
          .orElse("0");
  private static final Setting<String> FORMAT =
      Setting.choice("COMMAND_AGENT_FORMAT", "form of the result", "text", "json").orElse("text");
  private static final Setting<JsonPointer> RESULT =
      pointer("RESULT", "place of the result's text", "/result");
  private static final Setting<JsonPointer> SESSION =
      pointer("SESSION", "place of the session's id", "/session_id");
  private static final Setting<JsonPointer> COST_USD =
      pointer("COST_USD", "place of the cost in US dollars", "/cost_usd");
  private static final Setting<JsonPointer> INPUT_TOKENS =
      pointer("INPUT_TOKENS", "place of the number of tokens sent", "/input_tokens");
  private static final Setting<JsonPointer> OUTPUT_TOKENS =
      pointer("OUTPUT_TOKENS", "place of the number of tokens received", "/output_tokens");

  @Override
  public String name() {
    return "command";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        COMMAND, OK_EXIT_CODES, FORMAT, RESULT, SESSION, COST_USD, INPUT_TOKENS, OUTPUT_TOKENS);
  }

  /** Any program may think for as long as it likes without a word. */
  @Override
  public Optional<Duration> idleLimit() {
    return Optional.empty();
  }

  /** Nobody but the program itself knows what it calls. */
  @Override
  public boolean callsOneModel() {
    return false;
  }

  @Override
  public AgentRunner open(Values values, Desk desk) {
    return new CommandRunner(values.get(COMMAND), values.get(OK_EXIT_CODES), jsonFields(values));
  }

  /** A start that needs no JSON loads nothing for it. */
  private static Optional<JsonFields> jsonFields(Values values) {
    if (!values.get(FORMAT).equals("json")) {
      return Optional.empty();
    }
    return Optional.of(
        new JsonFields(
            values.get(RESULT),
            values.get(SESSION),
            values.get(COST_USD),
            values.get(INPUT_TOKENS),
            values.get(OUTPUT_TOKENS)));
  }

  private static Setting<JsonPointer> pointer(String what, String meaning, String usual) {
    return Setting.of(
            "COMMAND_AGENT_" + what,
            meaning + ", as a JSON pointer",
            CommandRunnerProvider::pointer)
        .orElse(usual);
  }

  private static JsonPointer pointer(String text) {
    try {
      return JsonPointer.compile(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected a JSON pointer such as /result/text", e);
    }
  }

  private static Set<Integer> exitCodes(String text) {
    try {
      return Arrays.stream(text.split(","))
          .map(code -> Integer.valueOf(code.strip()))
          .collect(Collectors.toUnmodifiableSet());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("expected exit codes such as 0 or 0,3", e);
    }
  }
}
