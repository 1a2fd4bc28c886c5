package dev.nightdesk.agent.claude;

import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.toolkit.egress.ModelService;
import dev.nightdesk.toolkit.egress.ModelService.Credential;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whose account Claude Code uses, and the folder in which it keeps login and sessions.
 *
 * @param name what to call the account; the same for all workers that share it
 * @param kind how we log in
 * @param folder Claude Code's configuration folder
 * @param environment the variables that say so
 * @param beside a file beside the folder that belongs to it
 */
record ClaudeAccount(
    String name, Kind kind, Path folder, Map<String, String> environment, Optional<Path> beside) {

  /** How we log in. */
  enum Kind {
    KEY("ANTHROPIC_API_KEY"),
    TOKEN("CLAUDE_CODE_OAUTH_TOKEN"),
    LOGIN("");

    private final String variable;

    Kind(String variable) {
      this.variable = variable;
    }
  }

  /**
   * What Claude Code obeys in its folder. The sandbox shows it, but an agent must not change what a
   * person's own sessions, outside of any sandbox, would do.
   */
  private static final List<String> OBEYED =
      List.of(
          "settings.json",
          "settings.local.json",
          "CLAUDE.md",
          "agents",
          "commands",
          "hooks",
          "output-styles",
          "rules",
          "skills");

  private static final String ANTHROPIC = "https://api.anthropic.com";

  ClaudeAccount {
    environment = Map.copyOf(environment);
  }

  /** With a key or a token of its own: a worker's folder in {@code NIGHTDESK_HOME}. */
  static ClaudeAccount own(Kind kind, Secret secret, Desk desk) {
    Path folder = desk.home().resolve("claude").resolve(desk.worker());
    String word = kind == Kind.KEY ? "claude-api-key-" : "claude-subscription-";
    return new ClaudeAccount(
        word + mark(secret.reveal()),
        kind,
        folder,
        Map.of("CLAUDE_CONFIG_DIR", folder.toString(), kind.variable, secret.reveal()),
        Optional.empty());
  }

  /** The person's own login. Where no folder was chosen, the home decides which it is. */
  static ClaudeAccount login(Optional<Path> chosen, Path home) {
    if (chosen.isPresent()) {
      Path folder = chosen.get().toAbsolutePath().normalize();
      return new ClaudeAccount(
          "claude-login-" + mark(folder.toString()),
          Kind.LOGIN,
          folder,
          Map.of("HOME", home.toString(), "CLAUDE_CONFIG_DIR", folder.toString()),
          Optional.empty());
    }
    return new ClaudeAccount(
        "claude-login",
        Kind.LOGIN,
        home.resolve(".claude"),
        Map.of("HOME", home.toString()),
        Optional.of(home.resolve(".claude.json")));
  }

  /** The model's service, with what opens it where that is ours to give. */
  ModelService service(Optional<String> baseUrl) {
    URI base = URI.create(baseUrl.orElse(ANTHROPIC));
    return switch (kind) {
      case KEY -> new ModelService(base, Optional.of(new Credential("x-api-key", secret())));
      case TOKEN -> ModelService.bearer(base, secret());
      case LOGIN -> new ModelService(base, Optional.empty());
    };
  }

  private Secret secret() {
    return Secret.of(Objects.requireNonNull(environment.get(kind.variable)));
  }

  /** The variables where the worker keeps key or token to itself. */
  Map<String, String> environmentWithoutSecret() {
    Map<String, String> without = new HashMap<>(environment);
    without.replace(kind.variable, ModelService.STAND_IN);
    return without;
  }

  /** Makes the folder where it is missing, for its owner only. */
  void prepare() throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** What the sandbox has to let it change. */
  List<Path> writable() {
    return Stream.concat(Stream.of(folder), beside.stream()).toList();
  }

  /** What it may only read of that. */
  List<Path> guarded() {
    return OBEYED.stream().map(folder::resolve).filter(Files::exists).toList();
  }

  /** Whether this session is still there, whatever folder it worked in. */
  boolean keeps(String session) throws IOException {
    Path projects = folder.resolve("projects");
    if (!Files.isDirectory(projects)) {
      return false;
    }
    try (Stream<Path> all = Files.list(projects)) {
      return all.anyMatch(project -> Files.exists(project.resolve(session + ".jsonl")));
    }
  }

  /** Tells accounts apart without telling what they are. */
  private static String mark(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 3);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
