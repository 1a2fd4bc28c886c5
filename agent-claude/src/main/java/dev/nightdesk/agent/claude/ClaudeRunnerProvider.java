package dev.nightdesk.agent.claude;

import dev.nightdesk.agent.claude.ClaudeAccount.Kind;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Values;
import dev.nightdesk.toolkit.ShellWords;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes the agent that {@code WORKER_AGENT=claude} names. */
public final class ClaudeRunnerProvider implements AgentRunnerProvider {
  private static final Setting<String> COMMAND =
      Setting.text("CLAUDE_COMMAND", "program of Claude Code, a name on the PATH or a path")
          .orElse("claude");
  private static final Setting<String> MODEL =
      Setting.of("CLAUDE_MODEL", "model, an alias or a full name", ClaudeRunnerProvider::word)
          .orElse("sonnet");
  private static final Setting<List<String>> ALLOWED_TOOLS =
      Setting.of(
              "CLAUDE_ALLOWED_TOOLS",
              "list of what Claude Code may do without asking, in its own notation; whatever else"
                  + " it would ask for is denied",
              ToolRules::parse)
          .orElse("Edit(./**) Write(./**) Glob Grep");
  private static final Setting<List<String>> DISALLOWED_TOOLS =
      Setting.of(
              "CLAUDE_DISALLOWED_TOOLS",
              "list of what Claude Code may not do at all, in its own notation",
              ToolRules::parse)
          .optional();
  private static final Setting<List<String>> EXTRA_ARGS =
      Setting.of(
              "CLAUDE_EXTRA_ARGS",
              "further arguments of Claude Code, split as a shell splits words",
              ClaudeRunnerProvider::extra)
          .optional();
  private static final Setting<Secret> KEY =
      Setting.secret("ANTHROPIC_API_KEY", "key from console.anthropic.com, Settings, API keys")
          .optional();
  private static final Setting<Secret> TOKEN =
      Setting.secret(
              "CLAUDE_CODE_OAUTH_TOKEN",
              "token of a subscription, which 'claude setup-token' makes")
          .optional();
  private static final Setting<String> BASE_URL =
      Setting.text("ANTHROPIC_BASE_URL", "address of the model's service, without /v1").optional();
  private static final Setting<Path> CONFIG_DIR =
      Setting.path("CLAUDE_CONFIG_DIR", "folder of your own login, where it is not ~/.claude")
          .optional();

  /** What the adapter itself says to Claude Code, and has to. */
  private static final Set<String> OURS =
      Set.of(
          "-p",
          "--print",
          "--input-format",
          "--output-format",
          "--session-id",
          "-r",
          "--resume",
          "-c",
          "--continue",
          "--fork-session",
          "--no-session-persistence",
          "--bg",
          "--background");

  @Override
  public String name() {
    return "claude";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        COMMAND,
        MODEL,
        ALLOWED_TOOLS,
        DISALLOWED_TOOLS,
        EXTRA_ARGS,
        KEY,
        TOKEN,
        BASE_URL,
        CONFIG_DIR);
  }

  @Override
  public Optional<String> inWords(String transcriptLine) {
    return ClaudeWords.of(transcriptLine);
  }

  @Override
  public AgentRunner open(Values values, Desk desk) {
    String program = values.get(COMMAND);
    ClaudeCommand command =
        new ClaudeCommand(
            program.startsWith("~/") ? Setting.parsePath(program).toString() : program,
            values.get(MODEL),
            new ClaudeCommand.Tools(
                values.get(ALLOWED_TOOLS), values.find(DISALLOWED_TOOLS).orElse(List.of())),
            values.find(EXTRA_ARGS).orElse(List.of()),
            values.find(BASE_URL));
    return new ClaudeRunner(command, account(values, desk));
  }

  /** A key before a token, as Claude Code itself does it. */
  private static ClaudeAccount account(Values values, Desk desk) {
    return values
        .find(KEY)
        .map(key -> ClaudeAccount.own(Kind.KEY, key, desk))
        .or(() -> values.find(TOKEN).map(token -> ClaudeAccount.own(Kind.TOKEN, token, desk)))
        .orElseGet(() ->
            ClaudeAccount.login(values.find(CONFIG_DIR), Path.of(System.getProperty("user.home"))));
  }

  private static String word(String text) {
    if (text.isBlank() || text.startsWith("-")) {
      throw new IllegalArgumentException("expected a model such as sonnet or claude-sonnet-5-5");
    }
    return text;
  }

  private static List<String> extra(String text) {
    List<String> words = ShellWords.split(text);
    if (!words.isEmpty() && !words.getFirst().startsWith("-")) {
      throw new IllegalArgumentException("expected an option such as --effort high");
    }
    for (String word : words) {
      if (OURS.contains(word.split("=", 2)[0])) {
        throw new IllegalArgumentException(
            "expected options other than " + word + ", which Nightdesk sets by itself");
      }
    }
    return words;
  }
}
