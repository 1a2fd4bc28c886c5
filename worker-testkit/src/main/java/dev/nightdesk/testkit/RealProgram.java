package dev.nightdesk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;

/**
 * The real program of an agent, from the folder that the system property {@code nightdesk.clients}
 * names, where {@code .ci/run} installs it from npm; without the property the test is skipped.
 */
public final class RealProgram {
  private RealProgram() {}

  /**
   * The program's file.
   *
   * @param inNodeModules its path below {@code node_modules}
   */
  public static Path at(String inNodeModules) {
    String folder = System.getProperty("nightdesk.clients");
    assumeThat(folder)
        .as("NOT TESTED on this machine: the real agents are missing; .ci/run installs them")
        .isNotNull();
    Path program = Path.of(folder, "node_modules").resolve(inNodeModules).toAbsolutePath();
    assertThat(program).isExecutable();
    return program;
  }
}
