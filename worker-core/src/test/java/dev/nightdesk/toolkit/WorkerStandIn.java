package dev.nightdesk.toolkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A JVM of its own that runs a hostile tree, for tests that kill or freeze it. */
final class WorkerStandIn {
  private WorkerStandIn() {}

  /**
   * Arguments: folder, level, a file with the token, seconds of silence. Prints the supervisor's
   * pid and start.
   */
  public static void main(String[] args) throws Exception {
    Stage stage = new Stage(Path.of(args[0]));
    Isolation.Level level = Isolation.Level.valueOf(args[1]);
    stage.silence = Duration.ofSeconds(Long.parseLong(args[3]));
    Thread heart =
        new Thread(() -> {
          while (true) {
            stage.beats.incrementAndGet();
            try {
              Thread.sleep(100);
            } catch (InterruptedException e) {
              return;
            }
          }
        });
    heart.setDaemon(true);
    heart.start();
    String token = Files.readString(Path.of(args[2]));
    String script = HostileTree.script(level != Isolation.Level.GROUP);
    try (ChildProcess child = stage.start(stage.shell(level, script, "hostile", token), level)) {
      System.out.println(child.started().pid() + "\n" + child.started().startedAt());
      Ending ending = child.await(System.out::println);
      System.out.println(ending);
    }
  }
}
