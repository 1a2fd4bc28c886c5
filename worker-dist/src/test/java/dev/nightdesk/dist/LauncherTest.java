package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the launcher finds a Java and starts it. */
class LauncherTest extends LauncherStage {
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
  void makesTheCacheOnceThoughManyStartAtOnce() throws Exception {
    Path jdk = jdk("usr/lib/jvm/good", "25");
    Path go = folder.resolve("go");
    script(
        jdk.resolve("bin/java"),
        LauncherStage.JAVA.replace(
            "echo made", "while [ ! -e '" + go + "' ]; do sleep 0.05; done; echo made"));
    Path launcher = release();
    try (ExecutorService maker = Executors.newSingleThreadExecutor()) {
      var first = maker.submit(() -> start(launcher).run());
      Path cache = folder.resolve("a release/cache");
      await().until(() -> Files.isDirectory(cache) && !in(cache).isEmpty());

      var meanwhile = start(launcher).run();

      assertThat(meanwhile.code()).isZero();
      assertThat(meanwhile.err()).isEmpty();
      assertThat(meanwhile.out()).contains("java ").doesNotContain("AOTCache");
      Files.createFile(go);
      assertThat(first.get().out()).contains("AOTCache");
    }
    assertThat(jdk.resolve("bin/caches")).hasContent("made");
    assertThat(start(launcher).run().out()).contains("AOTCache");
  }

  private static List<Path> in(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  @Test
  void makesTheCacheThoughWhoBeganItWasKilled() throws Exception {
    jdk("usr/lib/jvm/good", "25");
    Path launcher = release();
    start(launcher).run();
    Path cache = folder.resolve("a release/cache");
    Path made = in(cache).getFirst();
    Files.delete(made);
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Path lock = Files.createDirectory(Path.of(made + ".lock"));
    Files.writeString(lock.resolve("pid"), gone.pid() + "\n");

    assertThat(start(launcher).run().out()).contains("AOTCache");

    assertThat(lock).doesNotExist();
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
}
