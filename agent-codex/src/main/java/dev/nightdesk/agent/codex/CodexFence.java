package dev.nightdesk.agent.codex;

import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.toolkit.CannotStartException;
import java.io.IOException;
import java.util.List;

/**
 * The sandbox that Codex puts around each command, inside ours or alone.
 *
 * @param mode what Codex is told: the user's wish, or {@link #NONE} where only our sandbox works
 * @param finding what a person should know of it
 */
record CodexFence(String mode, Finding finding) {
  static final String READ_ONLY = "read-only";
  static final String WORKSPACE_WRITE = "workspace-write";
  static final String NONE = "danger-full-access";

  private static final String SUBJECT = "CODEX_SANDBOX";

  /** Tries it, since nothing else tells whether this system lets one sandbox start another. */
  static CodexFence tried(
      String wish, CodexProgram program, CodexHome home, Containment containment)
      throws CannotStartException, IOException, InterruptedException {
    if (wish.equals(NONE)) {
      return new CodexFence(NONE, Finding.warning(SUBJECT, unfenced(containment.sandbox())));
    }
    Trial trial =
        Trial.of(
            program,
            home,
            containment,
            List.of("sandbox", "-c", "sandbox_mode=\"" + wish + "\"", "--", "/bin/sh", "-c", ":"));
    if (trial.worked()) {
      String words =
          wish + ": Codex's own sandbox works" + (containment.sandbox() ? " inside" : "");
      return new CodexFence(wish, Finding.good(SUBJECT, words));
    }
    return failed(wish, trial.said(), home, containment);
  }

  private static CodexFence failed(
      String wish, String said, CodexHome home, Containment containment) {
    String why = wish + ": Codex's own sandbox does not work here (" + said + "). ";
    if (!containment.sandbox()) {
      return new CodexFence(
          wish,
          Finding.wrong(
              SUBJECT,
              why
                  + "Set WORKER_SANDBOX=on, let it use user namespaces, or set CODEX_SANDBOX="
                  + NONE
                  + " to let its commands run without any sandbox."));
    }
    if (wish.equals(READ_ONLY) || home.persons()) {
      return new CodexFence(
          wish,
          Finding.wrong(
              SUBJECT,
              why
                  + "Let bubblewrap's programs use user namespaces, or set CODEX_SANDBOX="
                  + NONE
                  + ": "
                  + unfenced(true)));
    }
    return new CodexFence(NONE, Finding.warning(SUBJECT, why + unfenced(true)));
  }

  private static String unfenced(boolean sandbox) {
    return sandbox
        ? "The bubblewrap sandbox is then the only one: commands have the network, and can read"
            + " the model key and change Codex's own folder, which later runs use."
        : NONE + ": nothing confines the commands that Codex runs.";
  }
}
