package dev.nightdesk.app;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Does what usual starts do, so that the JVM can keep their classes ready made. The launcher calls
 * it once for a release, in an environment of its own.
 */
final class WarmUp {
  private WarmUp() {}

  static int run() {
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    var console = new Console(nowhere, nowhere, 0, false);
    Main.run(console, "--help");
    for (String command : new String[] {"settings", "modules", "tasks", "runs"}) {
      Main.run(console, command);
      Main.run(console, command, "--json");
    }
    // Gets as far as the queue, which is not there.
    Main.run(console, "run");
    return ExitCode.DONE;
  }
}
