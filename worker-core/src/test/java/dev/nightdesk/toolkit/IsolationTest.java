package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightdesk.spi.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsolationTest {
  @TempDir Path folder;

  @Test
  void namesThePackageAndTheWayOutWhereBubblewrapIsMissing() {
    assertThatThrownBy(() -> Isolation.bubblewrap(Optional.empty()))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining("Install the package bubblewrap")
        .hasMessageContaining("WORKER_SANDBOX=off");
  }

  @Test
  void saysWhyBubblewrapDoesNotWork() throws Exception {
    String said = "bwrap: No permissions to create new namespace";
    Path broken = folder.resolve("bwrap");
    Files.writeString(broken, "#!/bin/sh\necho '" + said + "'\nexit 1\n");
    Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThatThrownBy(() -> Isolation.bubblewrap(Optional.of(broken)))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining(said)
        .hasMessageContaining("package bubblewrap")
        .hasMessageContaining("WORKER_SANDBOX=off");
  }

  @Test
  void warnsThatThereIsNoSandboxWhereItIsOff() {
    Finding finding = Isolation.check(Stage.contained(false));
    assertThat(finding.state()).isEqualTo(Finding.State.WARNING);
    assertThat(finding.message()).startsWith("off: the agent can read and change whatever");
  }
}
