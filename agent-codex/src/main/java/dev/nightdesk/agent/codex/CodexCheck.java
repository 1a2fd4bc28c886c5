package dev.nightdesk.agent.codex;

import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.toolkit.CannotStartException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What {@code nightdesk doctor} says of Codex, but for its sandbox. */
final class CodexCheck {
  private static final String TESTED = "0.169.0";
  private static final String COMMAND = "CODEX_COMMAND";

  private CodexCheck() {}

  static List<Finding> of(CodexProgram program, CodexCommand command, CodexHome home) {
    List<Finding> findings = new ArrayList<>();
    if (program.wrapper()) {
      findings.add(
          Finding.warning(
              COMMAND,
              program.file()
                  + " is the script that starts Codex's native program, which was not found; name"
                  + " the native program."));
    }
    findings.add(login(command, home));
    return findings;
  }

  private static Finding login(CodexCommand command, CodexHome home) {
    String folder = " Its folder is " + home.folder() + ".";
    if (command.key().isPresent()) {
      return Finding.good("CODEX_API_KEY", "Codex uses an API key." + folder);
    }
    if (command.baseUrl().isPresent()) {
      return Finding.good("CODEX_BASE_URL", "Codex uses no key and no login." + folder);
    }
    return home.hasLogin()
        ? Finding.good(
            "CODEX_HOME", "no key is set, so Codex uses your own login in " + home.folder() + ".")
        : Finding.wrong(
            "CODEX_API_KEY",
            "no key is set, and there is no login in "
                + home.folder()
                + ". Set CODEX_API_KEY or OPENAI_API_KEY, or run: codex login");
  }

  static Finding version(CodexProgram program, CodexHome home, Containment containment)
      throws CannotStartException, IOException, InterruptedException {
    Trial trial = Trial.of(program, home, containment, List.of("--version"));
    String found = program.file() + ", " + trial.said();
    if (!trial.worked()) {
      return Finding.wrong(COMMAND, program.file() + " does not start: " + trial.said());
    }
    return trial.said().equals("codex-cli " + TESTED)
        ? Finding.good(COMMAND, found)
        : Finding.warning(
            COMMAND,
            found
                + ": Nightdesk was tested with "
                + TESTED
                + ". With another version it may be only at the end of a run that calls and cost"
                + " are known.");
  }
}
