package dev.nightdesk.agent.codex;

import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.Session;
import dev.nightdesk.toolkit.egress.ModelService;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How {@code codex exec} is called. Its {@code -c} takes a key and a TOML value and wins over every
 * configuration file.
 *
 * @param model the model, where the user names one
 * @param extra further arguments, which win over ours
 * @param key the model key; empty = a login, or a service that wants none
 * @param baseUrl another service than OpenAI's
 * @param sandbox the user's wish for Codex's own sandbox
 */
record CodexCommand(
    Optional<String> model,
    List<String> extra,
    Optional<Secret> key,
    Optional<String> baseUrl,
    String sandbox) {

  /** The variable that the key is given in. */
  static final String KEY = "CODEX_API_KEY";

  /** What Codex calls with a login. */
  private static final String CHATGPT = "https://chatgpt.com";

  private static final String OPENAI = "https://api.openai.com/v1";

  /**
   * Off: what starts agents of its own or further turns, whose use is not in the session's file;
   * what is paid for by the piece and not in tokens; what calls other services than the model's;
   * waiting for ever for a service that cannot be reached; a copy of the environment on disk.
   */
  private static final List<String> OFF =
      List.of(
          "features.multi_agent=false",
          "features.goals=false",
          "features.image_generation=false",
          "web_search=\"disabled\"",
          "features.plugins=false",
          "features.apps=false",
          "analytics.enabled=false",
          "check_for_update_on_startup=false",
          "features.unbounded_connection_retries=false",
          "features.shell_snapshot=false");

  /** What lies in a stranger's workspace is data: no text of it is an instruction. */
  private static final List<String> STRANGE =
      List.of("project_doc_max_bytes=0", "skills.include_instructions=false");

  CodexCommand {
    extra = List.copyOf(extra);
  }

  boolean needsNoLogin() {
    return key.isPresent() || baseUrl.isPresent();
  }

  /** The model's service, with the key where there is one. */
  ModelService service() {
    URI base = URI.create(baseUrl.orElse(needsNoLogin() ? OPENAI : CHATGPT));
    return key.map(secret -> ModelService.bearer(base, secret))
        .orElse(new ModelService(base, Optional.empty()));
  }

  /** The variables that Codex gets besides those of every agent. */
  Map<String, String> environment(CodexHome home, Containment containment) {
    String folder = home.folder().toString();
    boolean held = service().isHeld(containment);
    return key.map(secret -> held ? ModelService.STAND_IN : secret.reveal())
        .map(word -> Map.of("CODEX_HOME", folder, KEY, word))
        .orElse(Map.of("CODEX_HOME", folder));
  }

  /**
   * The words after the program's name.
   *
   * @param mode of Codex's own sandbox; see {@link CodexFence}
   */
  List<String> arguments(RunRequest request, CodexHome home, String mode) throws IOException {
    List<String> words = new ArrayList<>(List.of("exec"));
    request.session().map(Session::id).ifPresent(id -> words.addAll(List.of("resume", id)));
    words.addAll(List.of("--json", "--skip-git-repo-check"));
    if (!home.persons()) {
      words.add("--ignore-user-config"); // nobody but a run's commands could have written one
    }
    set(words, OFF);
    set(words, confinement(request, mode));
    if (needsNoLogin()) {
      set(
          words,
          List.of(
              "model_provider=\"nightdesk\"",
              "model_providers.nightdesk=" + provider(request.containment())));
    }
    if (request.trusted()) {
      Path workspace = request.workspace().toRealPath();
      set(
          words,
          List.of("projects={" + quoted(workspace.toString()) + "={trust_level=\"trusted\"}}"));
      words.add("--dangerously-bypass-hook-trust");
    } else {
      words.add("--ignore-rules");
      set(words, STRANGE);
    }
    model.ifPresent(name -> words.addAll(List.of("--model", name)));
    words.addAll(extra);
    words.add("-");
    return words;
  }

  /**
   * Commands may change what the user names, but not the run's home: Codex itself, which has the
   * key, starts git, and git reads its configuration there.
   */
  private static List<String> confinement(RunRequest request, String mode) {
    String writable =
        request.containment().writable().stream()
            .filter(Files::exists)
            .map(path -> quoted(path.toString()))
            .collect(Collectors.joining(", "));
    return List.of(
        "sandbox_mode=" + quoted(mode),
        "sandbox_workspace_write.writable_roots=[" + writable + "]",
        "approval_policy=\"never\"",
        "shell_environment_policy.inherit=\"all\"",
        "shell_environment_policy.exclude=[\"" + KEY + "\", \"OPENAI_API_KEY\"]");
  }

  /**
   * Retries are few, since core tries again by itself; a stream may be silent for three minutes,
   * three times, which is less than the usual idle limit.
   */
  private String provider(Containment containment) {
    String login = key.isPresent() ? ", env_key=\"" + KEY + "\"" : "";
    return "{name=\"Nightdesk\", base_url="
        + quoted(service().addressIn(containment))
        + ", wire_api=\"responses\""
        + login
        + ", request_max_retries=2, stream_max_retries=2, stream_idle_timeout_ms=180000}";
  }

  private static void set(List<String> words, List<String> values) {
    values.forEach(value -> words.addAll(List.of("-c", value)));
  }

  /** A TOML basic string. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            quoted.append('\\').append((char) c);
          } else if (c < ' ' || c == 0x7f) {
            quoted.append("\\u%04x".formatted(c));
          } else {
            quoted.append((char) c);
          }
        });
    return quoted.append('"').toString();
  }
}
