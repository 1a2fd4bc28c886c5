package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A system that is brought up to date at night, below a worker. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
class UpgradeTest {
  @TempDir Path folder;

  @Test
  void goesOnWhereItsJavaAndItselfAreReplaced(EmbeddedServer server) throws Exception {
    Stage desk = new Stage(folder, server).withTables();
    Path java = folder.resolve("java");
    String original = System.getProperty("java.home") + "/.";
    List<String> copy = List.of("cp", "-r", original, java.toString());
    assertThat(new ProcessBuilder(copy).start().waitFor()).isZero();
    Path program = folder.resolve("program");
    Release release = Release.built().copyTo(program);
    Started watch = desk.nightdesk(release, "watch").with("JAVA_HOME", java.toString()).start();
    try {
      desk.awaitStatus(desk.insert("Before", ""), "review");

      Files.move(java, folder.resolve("java-before"));
      Files.move(program, folder.resolve("program-before"));

      long after = desk.insert("After", "");
      desk.awaitStatus(after, "review");
      watch.process().destroy();
      assertThat(watch.await().code()).isEqualTo(143);
      assertThat(desk.comments(after)).hasSize(2);
    } finally {
      watch.process().destroyForcibly();
    }
  }
}
