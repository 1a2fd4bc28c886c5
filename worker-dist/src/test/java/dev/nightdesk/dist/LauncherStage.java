package dev.nightdesk.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A machine with JDKs and a Maven that only say what they were asked. */
abstract class LauncherStage {
  static final Path CHECKOUT = Path.of(System.getProperty("checkout", "..")).normalize();
  static final List<String> TOOLS =
      List.of(
          "cat",
          "cksum",
          "env",
          "find",
          "ls",
          "mkdir",
          "mktemp",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sh",
          "sleep",
          "stty",
          "tail",
          "touch",
          "uname");

  /** Says which JDK it is and what it got; makes a cache where it is told to. */
  static final String JAVA =
      """
      #!/bin/sh
      for word in "$@"; do
        case $word in
          -XX:AOTCacheOutput=* | -XX:ArchiveClassesAtExit=*)
            echo made >>"${0%/*}/caches"
            echo classes >"${word#*=}"
            exit 0
            ;;
        esac
      done
      echo "java VERSION"
      for word in "$@"; do echo "<$word>"; done
      """;

  static final String MAVEN =
      """
      #!/bin/sh
      echo "maven with $JAVA_HOME"
      echo built >>"$PWD/builds"
      if [ -f "$PWD/broken" ]; then echo "[ERROR] it does not compile"; exit 1; fi
      sleep 0.2
      mkdir -p worker-dist/target/nightdesk-9/lib worker-dist/target/nightdesk-9/adapters/x
      echo $$ >worker-dist/target/nightdesk-9/lib/core.jar
      """;

  @TempDir Path folder;
  Path tools;
  Path home;

  @BeforeEach
  void makeAMachineWithoutJava() throws IOException {
    folder = folder.toRealPath();
    tools = Files.createDirectory(folder.resolve("tools"));
    home = Files.createDirectory(folder.resolve("home"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(tools.resolve(tool), find(tool));
    }
  }

  static Path find(String tool) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .map(place -> Path.of(place, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + tool));
  }

  /** The launcher, which looks for the usual places below our folder. */
  Path launcher(Path at) throws IOException {
    String text = Files.readString(CHECKOUT.resolve("nightdesk"));
    for (String place : List.of("/usr", "/opt", "/Library", "/home")) {
      text = text.replaceAll("(?m)(?<=[ ])" + place + "(?=/[a-zA-Z0-9_*/.-]*[*])", folder + place);
    }
    return script(at, text);
  }

  static Path script(Path at, String text) throws IOException {
    Files.createDirectories(at.getParent());
    Files.writeString(at, text);
    Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("rwxr-xr-x"));
    return at;
  }

  Path jdk(String place, String version) throws IOException {
    Path jdk = folder.resolve(place);
    script(jdk.resolve("bin/java"), JAVA.replace("VERSION", version));
    script(jdk.resolve("bin/javac"), "#!/bin/sh\n");
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
    return jdk;
  }

  Path release() throws IOException {
    Path release = folder.resolve("a release");
    Files.createDirectories(release.resolve("lib"));
    Files.createDirectories(release.resolve("adapters/x"));
    Files.writeString(release.resolve("lib/core.jar"), "");
    Files.writeString(release.resolve("adapters/x/x.jar"), "");
    return launcher(release.resolve("bin/nightdesk"));
  }

  Path checkout() throws IOException {
    Path checkout = folder.resolve("a checkout");
    Files.createDirectories(checkout.resolve("worker-core/src/main/java"));
    Files.createDirectories(checkout.resolve("worker-dist/src/assembly"));
    Files.writeString(checkout.resolve("worker-core/src/main/java/A.java"), "");
    Files.writeString(checkout.resolve("worker-core/src/main/java/B.java"), "");
    Files.writeString(checkout.resolve("pom.xml"), "");
    Files.writeString(checkout.resolve("worker-core/pom.xml"), "");
    script(tools.resolve("mvn"), MAVEN);
    return launcher(checkout.resolve("nightdesk"));
  }

  Command start(Path launcher, String... args) {
    List<String> words = new ArrayList<>(List.of(launcher.toString()));
    words.addAll(List.of(args));
    return new Command(folder, words).with("PATH", tools.toString()).with("HOME", home.toString());
  }

  long builds() throws IOException {
    Path builds = folder.resolve("a checkout/builds");
    return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
  }
}
