package dev.nightdesk.queue.postgres.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs PostgreSQL's programs, which refuse to work for root. There they run in a user namespace
 * where root is nobody in particular; where such namespaces are switched off, as user 65534, who
 * may pass root's folders.
 */
final class Child {
  private static final int NOBODY = 65534;
  static final List<String> NAMESPACE = List.of("unshare", "-U");
  static final List<String> OTHER_USER =
      List.of(
          "setpriv",
          "--reuid=" + NOBODY,
          "--regid=" + NOBODY,
          "--clear-groups",
          "--inh-caps=+dac_override",
          "--ambient-caps=+dac_override");

  /** How a program ended and what it said. */
  record Ended(int code, String said) {}

  private final Path folder;
  private final List<List<String>> disguises;
  private Optional<List<String>> disguise = Optional.empty();

  /**
   * Programs run in this folder; what they say goes to a file there, never to a pipe of ours.
   *
   * @param disguises what to try for root, the first that works
   */
  Child(Path folder, List<List<String>> disguises) {
    this.folder = folder;
    this.disguises = List.copyOf(disguises);
  }

  Ended run(Duration limit, List<String> command)
      throws IOException, EmbeddedServerException, InterruptedException {
    List<String> whole = new ArrayList<>(disguise());
    whole.addAll(command);
    return plain(limit, whole);
  }

  /** Gives a folder to the user that the programs run as, where that is not so yet. */
  void own(Path data) throws IOException, EmbeddedServerException, InterruptedException {
    List<String> how = disguise();
    if (how.isEmpty()) {
      return;
    }
    int owner = how.equals(OTHER_USER) ? NOBODY : 0;
    if (Files.getAttribute(data, "unix:uid").equals(owner)) {
      return;
    }
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.toList()) {
        Files.setAttribute(file, "unix:uid", owner);
      }
    }
  }

  private synchronized List<String> disguise()
      throws IOException, EmbeddedServerException, InterruptedException {
    if (disguise.isEmpty()) {
      disguise = Optional.of(root() ? workingDisguise() : List.of());
    }
    return disguise.get();
  }

  static boolean root() throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self)
        ? Files.getAttribute(self, "unix:uid").equals(0)
        : System.getProperty("user.name").equals("root");
  }

  private List<String> workingDisguise()
      throws IOException, EmbeddedServerException, InterruptedException {
    for (List<String> candidate : disguises) {
      List<String> command = new ArrayList<>(candidate);
      command.add("true");
      try {
        if (plain(Duration.ofSeconds(10), command).code() == 0) {
          return candidate;
        }
      } catch (IOException missing) {
        // the next one may be there
      }
    }
    throw EmbeddedServerException.lasting(
        "PostgreSQL does not run as root, and this system allows neither user namespaces (unshare"
            + " -U) nor setpriv. Run nightdesk as a normal user, or set POSTGRES_URL to a server"
            + " of yours.");
  }

  private Ended plain(Duration limit, List<String> command)
      throws IOException, InterruptedException {
    File said = folder.resolve("setup.log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(said);
    String path = System.getenv("PATH");
    builder.environment().clear();
    builder.environment().put("PATH", path == null ? "/usr/bin:/bin:/usr/sbin:/sbin" : path);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Ended(-1, "it took longer than " + limit.toSeconds() + " seconds");
      }
      return new Ended(
          process.exitValue(),
          new String(Files.readAllBytes(said.toPath()), StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }
}
