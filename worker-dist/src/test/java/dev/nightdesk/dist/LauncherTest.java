package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher, with JDKs and a Maven that only say what they were asked. */
class LauncherTest {
  private static final Path CHECKOUT = Path.of(System.getProperty("checkout", "..")).normalize();
  private static final List<String> TOOLS =
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
  private static final String JAVA =
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

  private static final String MAVEN =
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
  private Path tools;
  private Path home;

  @BeforeEach
  void makeAMachineWithoutJava() throws IOException {
    folder = folder.toRealPath();
    tools = Files.createDirectory(folder.resolve("tools"));
    home = Files.createDirectory(folder.resolve("home"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(tools.resolve(tool), find(tool));
    }
  }

  private static Path find(String tool) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .map(place -> Path.of(place, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + tool));
  }

  /** The launcher, which looks for the usual places below our folder. */
  private Path launcher(Path at) throws IOException {
    String text = Files.readString(CHECKOUT.resolve("nightdesk"));
    for (String place : List.of("/usr", "/opt", "/Library", "/home")) {
      text = text.replaceAll("(?m)(?<=[ ])" + place + "(?=/[a-zA-Z0-9_*/.-]*[*])", folder + place);
    }
    return script(at, text);
  }

  private static Path script(Path at, String text) throws IOException {
    Files.createDirectories(at.getParent());
    Files.writeString(at, text);
    Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("rwxr-xr-x"));
    return at;
  }

  private Path jdk(String place, String version) throws IOException {
    Path jdk = folder.resolve(place);
    script(jdk.resolve("bin/java"), JAVA.replace("VERSION", version));
    script(jdk.resolve("bin/javac"), "#!/bin/sh\n");
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
    return jdk;
  }

  private Path release() throws IOException {
    Path release = folder.resolve("a release");
    Files.createDirectories(release.resolve("lib"));
    Files.createDirectories(release.resolve("adapters/x"));
    Files.writeString(release.resolve("lib/core.jar"), "");
    Files.writeString(release.resolve("adapters/x/x.jar"), "");
    return launcher(release.resolve("bin/nightdesk"));
  }

  private Path checkout() throws IOException {
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

  private Command start(Path launcher, String... args) {
    List<String> words = new ArrayList<>(List.of(launcher.toString()));
    words.addAll(List.of(args));
    return new Command(folder, words).with("PATH", tools.toString()).with("HOME", home.toString());
  }

  private long builds() throws IOException {
    Path builds = folder.resolve("a checkout/builds");
    return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
  }

  @Test
  void takesJavaHomeWhereItIsNewEnough() throws Exception {
    jdk("usr/lib/jvm/newer", "27");
    Path mine = jdk("mine", "21.0.2");

    var outcome = start(release()).with("JAVA_HOME", mine.toString()).run();

    assertThat(outcome.lines()).first().isEqualTo("java 21.0.2");
  }

  @Test
  void passesOverAJavaHomeThatIsTooOld() throws Exception {
    Path old = jdk("old", "17.0.9");
    jdk("usr/lib/jvm/good", "25.0.1");

    var outcome = start(release()).with("JAVA_HOME", old.toString()).run();

    assertThat(outcome.lines()).first().isEqualTo("java 25.0.1");
  }

  @Test
  void followsTheLinksOfTheJavaOnThePath() throws Exception {
    Path jdk = jdk("somewhere/jdk", "23");
    Path alternatives = Files.createDirectory(folder.resolve("alternatives"));
    Files.createSymbolicLink(alternatives.resolve("java"), jdk.resolve("bin/java"));
    Files.createSymbolicLink(tools.resolve("java"), Path.of("../alternatives/java"));

    assertThat(start(release()).run().lines()).first().isEqualTo("java 23");
  }

  @Test
  void passesOverAJavaOnThePathThatIsTooOld() throws Exception {
    Files.createSymbolicLink(
        tools.resolve("java"), jdk("somewhere/jdk", "17.0.1").resolve("bin/java"));
    jdk("opt/java/good", "22");

    assertThat(start(release()).run().lines()).first().isEqualTo("java 22");
  }

  @Test
  void takesTheNewestOfTheUsualPlaces() throws Exception {
    jdk("usr/lib/jvm/java-17", "17.0.15");
    jdk("usr/lib/jvm/temurin-21", "21.0.4");
    jdk("home/.sdkman/candidates/java/25.0.1-tem", "25.0.1");
    jdk("Library/Java/JavaVirtualMachines/x/Contents/Home", "24-ea");

    assertThat(start(release()).run().lines()).first().isEqualTo("java 25.0.1");
  }

  @Test
  void asksAJavaWithoutAReleaseFileForItsVersion() throws Exception {
    Path jdk = jdk("usr/lib/jvm/odd", "26");
    Files.delete(jdk.resolve("release"));
    script(
        jdk.resolve("bin/java"),
        "#!/bin/sh\n[ \"$1\" = -version ] && echo 'openjdk version \"26\" 2026-03-17' >&2 && exit\necho chosen\n");

    assertThat(start(release()).run().lines()).containsOnly("chosen");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void saysWhatToInstallWhereThereIsNoJava(boolean oldOne) throws Exception {
    if (oldOne) {
      jdk("usr/lib/jvm/java-17", "17.0.15");
    }

    var outcome = start(release()).run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains("needs a JDK of version 21 or newer", "Install one", "set JAVA_HOME");
    assertThat(outcome.err().contains("17.0.15 in ")).isEqualTo(oldOne);
  }

  @Test
  void wantsACompilerOnlyInACheckout() throws Exception {
    Path jre = jdk("usr/lib/jvm/jre", "25");
    Files.delete(jre.resolve("bin/javac"));

    assertThat(start(release()).run().code()).isZero();
    assertThat(start(checkout()).run().code()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash"})
  void passesEveryArgumentAsItIs(String shell) throws Exception {
    jdk("usr/lib/jvm/good", "25");
    Path launcher = release();
    List<String> args = List.of("add", "", "a  b", "*", "$(id)", "--x='y'", "ä\n", "-cp");
    List<String> words = new ArrayList<>(List.of(find(shell).toString(), launcher.toString()));
    words.addAll(args);

    var outcome =
        new Command(folder, words)
            .with("PATH", tools.toString())
            .with("HOME", home.toString())
            .with("LC_ALL", "C.UTF-8")
            .run();

    assertThat(outcome.out())
        .endsWith("<dev.nightdesk.app.Main>\n<" + String.join(">\n<", args) + ">\n");
    assertThat(outcome.out())
        .contains("a release/lib/core.jar:" + folder + "/a release/adapters/x/x.jar>");
  }

  @Test
  void worksThroughALinkFromAnotherFolder() throws Exception {
    jdk("usr/lib/jvm/good", "25");
    Files.createSymbolicLink(folder.resolve("link"), Path.of("a release/bin/nightdesk"));
    release();

    assertThat(start(folder.resolve("link")).run().out()).contains("a release/lib/core.jar");
  }

  @Test
  void makesTheCacheOnceForEachClassPath() throws Exception {
    Path jdk = jdk("usr/lib/jvm/good", "25");
    Path launcher = release();
    Path caches = jdk.resolve("bin/caches");

    assertThat(start(launcher).run().err()).contains("Preparing for fast starts, once");
    var second = start(launcher).run();
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).contains("-XX:AOTCache=" + folder + "/a release/cache/");
    assertThat(caches).hasContent("made");

    Files.delete(folder.resolve("a release/adapters/x/x.jar"));
    start(launcher).run();
    assertThat(Files.readAllLines(caches)).hasSize(2);
  }

  @Test
  void usesAClassDataArchiveOnOlderJava() throws Exception {
    jdk("usr/lib/jvm/good", "21");
    Path launcher = release();
    start(launcher).run();

    assertThat(start(launcher).run().out())
        .contains("-XX:SharedArchiveFile=")
        .doesNotContain("AOTCache", "--enable-native-access");
  }

  @Test
  void startsWithoutACacheWhereNoneCanBeKept() throws Exception {
    jdk("usr/lib/jvm/good", "25");
    Path launcher = release();
    Files.writeString(folder.resolve("a release/cache"), "in the way");
    Files.writeString(home.resolve(".cache"), "in the way");

    var outcome = start(launcher).run();

    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("java 25").doesNotContain("AOTCache");
  }

  @Test
  void triesOnlyOnceWhereTheCacheCannotBeMade() throws Exception {
    Path jdk = jdk("usr/lib/jvm/good", "25");
    script(
        jdk.resolve("bin/java"),
        "#!/bin/sh\ncase \"$*\" in *AOTCacheOutput*) exit 1 ;; esac\necho started\n");
    Path launcher = release();

    assertThat(start(launcher).run().out()).isEqualTo("started\n");
    var second = start(launcher).run();
    assertThat(second.out()).isEqualTo("started\n");
    assertThat(second.err()).isEmpty();
  }

  @Test
  void buildsACheckoutOnceAndThenOnlyAfterAChange() throws Exception {
    jdk("usr/lib/jvm/good", "25");
    Path launcher = checkout();
    Path sources = folder.resolve("a checkout/worker-core/src/main/java");

    var first = start(launcher).run();
    assertThat(first.out()).contains("java 25", "nightdesk-9/lib/core.jar").doesNotContain("maven");
    assertThat(first.err()).contains("Building Nightdesk", "about a minute");
    var second = start(launcher).run();
    assertThat(second.err()).isEmpty();
    assertThat(builds()).isEqualTo(1);

    changeLater(Files.writeString(sources.resolve("A.java"), "changed"));
    start(launcher).run();
    assertThat(builds()).isEqualTo(2);

    Files.delete(sources.resolve("B.java"));
    changeLater(sources);
    start(launcher).run();
    assertThat(builds()).isEqualTo(3);

    changeLater(folder.resolve("a checkout/worker-core/pom.xml"));
    start(launcher).run();
    start(launcher).run();
    assertThat(builds()).isEqualTo(4);
  }

  /** Some file systems keep time by the second. */
  private void changeLater(Path file) throws IOException {
    Path built = folder.resolve("a checkout/worker-dist/target/nightdesk-9/lib");
    Instant before = Instant.now().minusSeconds(5);
    Files.setLastModifiedTime(built, FileTime.from(before));
    Files.setLastModifiedTime(file, FileTime.from(before.plusSeconds(2)));
  }

  @Test
  void showsTheOutputOfABuildThatFailed() throws Exception {
    jdk("usr/lib/jvm/good", "25");
    Path launcher = checkout();
    Files.writeString(folder.resolve("a checkout/broken"), "");

    var outcome = start(launcher).run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains("[ERROR] it does not compile", "worker-dist/target/build.log");
    assertThat(folder.resolve("a checkout/worker-dist/target/.building")).doesNotExist();
  }

  @Test
  void buildsWithTheJdkItFound() throws Exception {
    Path jdk = jdk("usr/lib/jvm/good", "25");
    Path old = jdk("old", "17");

    start(checkout()).with("JAVA_HOME", old.toString()).run();

    assertThat(folder.resolve("a checkout/worker-dist/target/build.log"))
        .hasContent("maven with " + jdk);
  }

  @Test
  void buildsOnceWhereTwoAreStartedAtOnce() throws Exception {
    jdk("usr/lib/jvm/good", "25");
    Path launcher = checkout();

    var one = start(launcher).start();
    var two = start(launcher).start();

    assertThat(one.await().code()).isZero();
    assertThat(two.await().code()).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void isNotKeptWaitingByABuilderThatDied() throws Exception {
    jdk("usr/lib/jvm/good", "25");
    Path launcher = checkout();
    var dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Path lock = Files.createDirectories(folder.resolve("a checkout/worker-dist/target/.building"));
    Files.writeString(lock.resolve("pid"), dead.pid() + "\n");

    assertThat(start(launcher).run().code()).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void saysThatMavenIsMissing() throws Exception {
    jdk("usr/lib/jvm/good", "25");
    Path launcher = checkout();
    Files.delete(tools.resolve("mvn"));

    var outcome = start(launcher).run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("Maven 3.8 or newer");
  }

  @Test
  void addsNothingNoticeableToASecondStart() throws Exception {
    jdk("usr/lib/jvm/good", "25");
    Path launcher = checkout();
    start(launcher).run();

    long[] millis = new long[15];
    for (int i = 0; i < millis.length; i++) {
      long before = System.nanoTime();
      start(launcher).run();
      millis[i] = (System.nanoTime() - before) / 1_000_000;
    }
    Arrays.sort(millis);

    assertThat(millis[millis.length / 2])
        .as("median of %s", Arrays.toString(millis))
        .isLessThan(100);
    System.out.println("launcher, milliseconds: " + Arrays.toString(millis));
  }
}
