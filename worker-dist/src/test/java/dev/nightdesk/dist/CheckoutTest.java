package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The launcher of a checkout, which builds what is missing. */
class CheckoutTest extends LauncherStage {
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
  void saysThatNothingCanBeWrittenOnAFullDisk() throws Exception {
    jdk("usr/lib/jvm/good", "25");
    Path launcher = checkout();
    Path mkdir = tools.resolve("mkdir");
    Files.delete(mkdir);
    script(
        mkdir,
        "#!/bin/sh\ncase \"$*\" in *.building) exit 1 ;; esac\nexec "
            + find("mkdir")
            + " \"$@\"\n");

    var outcome = start(launcher).run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("Nothing can be written to ");
  }
}
