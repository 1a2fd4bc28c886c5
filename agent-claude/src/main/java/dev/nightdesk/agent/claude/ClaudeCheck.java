package dev.nightdesk.agent.claude;

import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.Network;
import dev.nightdesk.toolkit.CannotStartException;
import dev.nightdesk.toolkit.ChildProcess;
import dev.nightdesk.toolkit.Ending;
import dev.nightdesk.toolkit.Launch;
import dev.nightdesk.toolkit.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code nightdesk doctor} says of Claude Code: program, version, login, sandbox. */
record ClaudeCheck(ClaudeCommand command, ClaudeAccount account, Containment containment) {
  /** The version that the tests of this adapter run. Others behaved otherwise before. */
  static final String TESTED = "2.1.329";

  private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+\\S*");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long MOST_OUTPUT = 65_536;

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    try {
      Path program =
          Programs.find(command.program(), containment.environment().getOrDefault("PATH", ""));
      findings.add(version(program));
    } catch (CannotStartException e) {
      findings.add(Finding.wrong("CLAUDE_COMMAND", String.valueOf(e.getMessage())));
    } catch (IOException | UncheckedIOException e) {
      findings.add(Finding.wrong("CLAUDE_COMMAND", "its version cannot be asked for: " + e));
    }
    findings.add(login());
    if (containment.allowance().network() instanceof Network.Fenced fenced && !fenced.model()) {
      findings.add(
          Finding.wrong(
              "WORKER_NETWORK", "Claude Code cannot reach its model; set it to model or open"));
    }
    findings.add(ChildProcess.check(containment));
    return findings;
  }

  private Finding version(Path program) throws CannotStartException, IOException {
    Path folder = Files.createTempDirectory("nightdesk-claude");
    try {
      Optional<String> version = ask(program, folder);
      if (version.isEmpty()) {
        return Finding.wrong(
            "CLAUDE_COMMAND",
            program + " does not tell its version within 10 seconds. Is it Claude Code?");
      }
      return version.get().equals(TESTED)
          ? Finding.good("CLAUDE_COMMAND", program + ", version " + TESTED)
          : Finding.warning(
              "CLAUDE_COMMAND",
              "%s has version %s, with which Nightdesk was never tested; it was with %s"
                  .formatted(program, version.get(), TESTED));
    } finally {
      delete(folder);
    }
  }

  private Optional<String> ask(Path program, Path folder) throws CannotStartException, IOException {
    Map<String, String> environment = new HashMap<>(containment.environment());
    environment.put("HOME", folder.toString());
    environment.put("TMPDIR", folder.toString());
    environment.put("CLAUDE_CONFIG_DIR", folder.toString());
    Launch launch =
        new Launch(
            List.of(program.toString(), "--version"),
            environment,
            new Launch.Places(folder, folder, containment.readable(), List.of()),
            Launch.Streams.into(folder.resolve("out"), folder.resolve("err"), MOST_OUTPUT),
            containment,
            Launch.Needs.NONE);
    StringBuilder said = new StringBuilder();
    try (ChildProcess child = ChildProcess.start(launch)) {
      Optional<Ending> ending = child.awaitExit(PATIENCE, said::append);
      Matcher version = VERSION.matcher(said);
      return ending.filter(new Ending.Exited(0)::equals).isPresent() && version.find()
          ? Optional.of(version.group())
          : Optional.empty();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private Finding login() {
    return switch (account.kind()) {
      case KEY -> Finding.good("ANTHROPIC_API_KEY", "is used, and billed");
      case TOKEN -> Finding.good("CLAUDE_CODE_OAUTH_TOKEN", "is used, on its owner's subscription");
      case LOGIN -> personal();
    };
  }

  private Finding personal() {
    Path file = account.folder().resolve(".credentials.json");
    if (Files.isReadable(file)) {
      return Finding.warning(
          "claude login",
          "no key or token is set, so your own login in "
              + account.folder()
              + " is used. The agent can change that folder where CLAUDE_ALLOWED_TOOLS lets it;"
              + " a token from 'claude setup-token' in CLAUDE_CODE_OAUTH_TOKEN keeps it apart.");
    }
    String nothing =
        "no key or token is set, and there is no login in "
            + account.folder()
            + ". Set ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN, or run claude once and log in.";
    // elsewhere the login may lie in the system's key ring, or be another service's
    boolean elsewhere =
        !System.getProperty("os.name").equals("Linux")
            || containment.environment().keySet().stream()
                .anyMatch(name ->
                    name.startsWith("CLAUDE_CODE_USE_") || name.equals("ANTHROPIC_AUTH_TOKEN"));
    return elsewhere
        ? Finding.warning("claude login", nothing)
        : Finding.wrong("claude login", nothing);
  }
}
