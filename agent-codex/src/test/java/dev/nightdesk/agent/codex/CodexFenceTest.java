package dev.nightdesk.agent.codex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.toolkit.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where no sandbox can be started within ours; a stand-in says so. */
class CodexFenceTest {
  @TempDir Path folder;

  private CodexFence fence(String wish, boolean persons) throws Exception {
    Path file = Files.writeString(folder.resolve("codex"), "#!/bin/sh\necho no luck >&2\nexit 1\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    Containment containment =
        new Containment(
            true,
            List.of(folder),
            List.of(),
            List.of(),
            Map.of("PATH", "/usr/bin:/bin"),
            Duration.ofSeconds(30),
            System::nanoTime,
            Allowance.ALL);
    Finding ours = ChildProcess.check(containment);
    assumeTrue(
        ours.state() != Finding.State.WRONG,
        "NOT RUN, NOT TESTED on this machine: " + ours.message());
    Path own = folder.resolve("own");
    CodexHome home = new CodexHome(persons ? folder.resolve("persons") : own, own);
    return CodexFence.tried(wish, new CodexProgram(file, false), home, containment);
  }

  @Test
  void leavesItToOursAndSaysWhatThatMeans() throws Exception {
    CodexFence fence = fence(CodexFence.WORKSPACE_WRITE, false);
    assertThat(fence.mode()).isEqualTo("danger-full-access");
    assertThat(fence.finding().state()).isEqualTo(Finding.State.WARNING);
    assertThat(fence.finding().message()).contains("no luck", "can read the model key");
  }

  @Test
  void grantsNoMoreThanWasWished() throws Exception {
    CodexFence fence = fence(CodexFence.READ_ONLY, false);
    assertThat(fence.finding().state()).isEqualTo(Finding.State.WRONG);
    assertThat(fence.finding().message()).contains("CODEX_SANDBOX=danger-full-access");
  }

  @Test
  void doesNotLetCommandsChangeThePersonsOwnConfiguration() throws Exception {
    assertThat(fence(CodexFence.WORKSPACE_WRITE, true).finding().state())
        .isEqualTo(Finding.State.WRONG);
    assertThat(fence(CodexFence.NONE, true).finding().state()).isEqualTo(Finding.State.WARNING);
  }
}
