package dev.nightdesk.agent.claude;

import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.Session;
import dev.nightdesk.toolkit.Launch;
import dev.nightdesk.toolkit.egress.ModelService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How Claude Code is called.
 *
 * @param program a name or a path
 * @param model an alias or a full name
 * @param tools what it may and may not use
 * @param extra further arguments of the user's
 * @param baseUrl where the model's service is, if not where it usually is
 */
record ClaudeCommand(
    String program, String model, Tools tools, List<String> extra, Optional<String> baseUrl) {

  /** What Claude Code may use without asking, and what it may not use at all. */
  record Tools(List<String> allowed, List<String> disallowed) {
    Tools {
      allowed = List.copyOf(allowed);
      disallowed = new ArrayList<>(disallowed);
      disallowed.addAll(OF_A_LONG_LIFE);
      disallowed = List.copyOf(disallowed);
    }
  }

  /** Tools that wait for a time when the run has long ended, or work behind its back. */
  private static final List<String> OF_A_LONG_LIFE =
      List.of("CronCreate", "ScheduleWakeup", "Monitor", "Workflow");

  /**
   * What a run without anybody beside it needs. A variable that {@code WORKER_AGENT_ENV} names has
   * the user's own value.
   */
  private static final Map<String, String> STEADY =
      Map.of(
          "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1",
          "DISABLE_AUTOUPDATER", "1",
          // else a shell, or an agent below this one, goes on by itself and unwatched
          "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS", "1",
          // no memory of one task in the next
          "CLAUDE_CODE_DISABLE_AUTO_MEMORY", "1",
          "CLAUDE_CODE_MAX_RETRIES", "3",
          "API_TIMEOUT_MS", "120000");

  /** Whatever comes after it, the prompt begins with no command and names no file to be read in. */
  private static final String FIRST_LINE =
      "A task for you follows. Where it has a backslash before an at sign, read the at sign alone.";

  ClaudeCommand {
    extra = List.copyOf(extra);
  }

  Launch launch(RunRequest request, ClaudeAccount account) throws IOException {
    Map<String, String> environment = new HashMap<>(STEADY);
    environment.keySet().removeAll(request.containment().environment().keySet());
    baseUrl.ifPresent(url -> environment.put("ANTHROPIC_BASE_URL", url));
    ModelService service = account.service(baseUrl);
    if (service.isHeld(request.containment())) {
      environment.put("ANTHROPIC_BASE_URL", service.addressIn(request.containment()));
      environment.putAll(account.environmentWithoutSecret());
    } else {
      environment.putAll(account.environment());
    }
    Launch launch =
        Launch.of(request, words(request))
            .withEnvironment(environment)
            .withModel(service)
            .withInput(prompt(request.prompt(), request.home()));
    for (Path path : account.writable()) {
      launch = launch.withWritable(path);
    }
    for (Path path : account.guarded()) {
      launch = launch.withReadable(path);
    }
    return launch;
  }

  private List<String> words(RunRequest request) {
    List<String> words = new ArrayList<>(List.of(program, "--print", "--verbose"));
    words.addAll(List.of("--output-format", "stream-json", "--forward-subagent-text"));
    words.addAll(List.of("--model", model, "--permission-mode", "dontAsk"));
    words.addAll(List.of("--max-turns", String.valueOf(request.limits().calls())));
    if (request.limits().costUsd().signum() > 0) {
      words.addAll(List.of("--max-budget-usd", request.limits().costUsd().toPlainString()));
    }
    Optional<String> session = request.session().map(Session::id);
    words.add(session.isPresent() ? "--resume" : "--session-id");
    words.add(session.orElse(request.runId()));
    if (request.trusted()) {
      words.addAll(List.of("--setting-sources", "project,local"));
    } else {
      words.addAll(List.of("--setting-sources", "", "--strict-mcp-config"));
    }
    if (!tools.allowed().isEmpty()) {
      words.add("--allowedTools");
      words.addAll(tools.allowed());
    }
    words.add("--disallowedTools");
    words.addAll(tools.disallowed());
    words.addAll(extra);
    return words;
  }

  /**
   * A copy of the prompt that stays text. An at sign means a file to Claude Code, whose content
   * would go to the model unasked, unless the character before it is a letter, digit or backslash.
   */
  private static Path prompt(Path original, Path home) throws IOException {
    Path folder = Files.createDirectories(home.resolve(".nightdesk"));
    String text = Files.readString(original).replaceAll("(?<![\\p{L}\\p{N}\\\\])@", "\\\\@");
    return Files.writeString(folder.resolve("prompt.md"), FIRST_LINE + "\n\n" + text);
  }
}
