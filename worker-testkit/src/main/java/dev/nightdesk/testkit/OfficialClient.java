package dev.nightdesk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A service's own client for Node.js, which judges the {@link CannedService} that stands in for the
 * service: what the client cannot read, no adapter should have been tested with.
 *
 * <p>The scripts and the clients are in the folder that the system property {@code
 * nightdesk.clients} names, where {@code .ci/run} installs them; without it the test is skipped.
 */
public final class OfficialClient {
  private static final long SECONDS = 120;

  private OfficialClient() {}

  /**
   * Runs a script, which has to end well.
   *
   * @param script its file name, e.g. {@code todoist.mjs}
   * @param arguments what it takes: an address and a token of a canned service, never a real one
   */
  public static void judge(String script, String... arguments)
      throws IOException, InterruptedException {
    String folder = System.getProperty("nightdesk.clients");
    assumeThat(folder)
        .as("NOT TESTED on this machine: the official clients are missing; .ci/run installs them")
        .isNotNull();
    List<String> command = new ArrayList<>(List.of("node", Path.of(folder, script).toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("official-client", ".txt");
    Process client =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean ended = client.waitFor(SECONDS, TimeUnit.SECONDS);
      String said = Files.readString(output, StandardCharsets.UTF_8);
      assertThat(ended).as("%s ended; it said: %s", script, said).isTrue();
      assertThat(client.exitValue()).as("%s said: %s", script, said).isZero();
    } finally {
      client.destroyForcibly();
      Files.delete(output);
    }
  }
}
