package dev.nightdesk.app;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

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
    loadWhatWorkersUse();
    return ExitCode.DONE;
  }

  /** No command here has a queue to work on, so its classes and those below it are only loaded. */
  private static void loadWhatWorkersUse() {
    for (String file : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      try (JarFile jar = new JarFile(file)) {
        jar.stream().map(JarEntry::getName).forEach(WarmUp::load);
      } catch (IOException unreadable) {
        // Whatever is missing in the cache only makes starts slower.
      }
    }
  }

  private static void load(String entry) {
    if (!entry.endsWith(".class") || entry.startsWith("META-INF/") || entry.contains("-info.")) {
      return;
    }
    String name = entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
    try {
      Class.forName(name, false, WarmUp.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError partOfSomethingThatIsNotUsed) {
      // As above.
    }
  }
}
