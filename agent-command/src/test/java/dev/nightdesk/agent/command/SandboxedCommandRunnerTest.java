package dev.nightdesk.agent.command;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.toolkit.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;

/** The same, all of it, in the sandbox. */
class SandboxedCommandRunnerTest extends CommandRunnerTest {
  @Override
  protected boolean sandbox() {
    return true;
  }

  /** A file system in memory, which ends with the run. */
  @Override
  Path temporary(RunRequest request) {
    return Path.of("/tmp");
  }

  @BeforeEach
  void needsBubblewrap() throws IOException {
    Finding finding = ChildProcess.check(request("").containment());
    assumeTrue(
        finding.state() != Finding.State.WRONG,
        "NOT RUN, NOT TESTED on this machine: " + finding.message());
  }
}
