package dev.nightdesk.chaos;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program in a network namespace of its own, as {@link Chaos} needs one: nothing in it reaches
 * the machine's network or is reached from there, and all of it goes away with its last process.
 */
public final class Network {
  private Network() {}

  /** What this machine lacks for that; empty where it lacks nothing. */
  public static Optional<String> lacks() throws IOException, InterruptedException {
    List<String> trial = apart(List.of("unshare", "--net", "nsenter", "--version"));
    Optional<String> lacks =
        Optional.of(
            "network namespaces: unshare and nsenter (Debian's util-linux), ip (Debian's"
                + " iproute2), and a kernel that lets this user have them");
    try {
      int code =
          new ProcessBuilder(trial)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      return lacks.filter(what -> code != 0);
    } catch (IOException missing) {
      return lacks;
    }
  }

  /** Another JVM of the options and the class path of this one. */
  public static ProcessBuilder program(Class<?> main, String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(ProcessHandle.current().info().command().orElse("java"));
    words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    words.addAll(List.of(arguments));
    return new ProcessBuilder(apart(words));
  }

  private static List<String> apart(List<String> command) {
    List<String> words = new ArrayList<>(List.of("unshare", "--net"));
    if (!"root".equals(System.getProperty("user.name"))) {
      words.addAll(List.of("--user", "--map-root-user"));
    }
    words.addAll(List.of("--", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"));
    words.addAll(command);
    return words;
  }
}
