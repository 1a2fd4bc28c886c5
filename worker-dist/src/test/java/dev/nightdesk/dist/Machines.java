package dev.nightdesk.dist;

import dev.nightdesk.dist.Command.Started;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Two homes as of two machines, with one queue and one ledger in PostgreSQL. */
final class Machines implements AutoCloseable {
  private final Path folder;
  private final Stage one;
  private final Stage two;
  private final List<Started> watches = new ArrayList<>();

  /**
   * With an agent that notes the machine where it begins.
   *
   * @param work what it does then, for sh
   */
  Machines(Path folder, EmbeddedServer server, String work) throws Exception {
    this.folder = folder.toRealPath();
    one = new Stage(Files.createDirectory(this.folder.resolve("one")), server);
    two = new Stage(Files.createDirectory(this.folder.resolve("two")), server);
    two.with("POSTGRES_TABLE", one.table())
        .with("POSTGRES_COMMENTS_TABLE", one.table() + "_comments");
    one.sql("create database " + one.table());
    for (Stage machine : List.of(one, two)) {
      machine.with("NIGHTDESK_DATABASE_URL", ledger(server.port()));
      machine.with("WORKER_CONCURRENCY", "2");
      String name = String.valueOf(machine.folder().getFileName());
      machine.agent(
          "cat >/dev/null; cd '%s' && echo %s >>begun; %s".formatted(this.folder, name, work));
    }
    one.withTables();
  }

  Stage one() {
    return one;
  }

  Stage two() {
    return two;
  }

  /** The ledger's address by that port. */
  String ledger(int port) {
    String password = URLEncoder.encode(one.server().password().reveal(), StandardCharsets.UTF_8);
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s&password=%s"
        .formatted(port, one.table(), one.server().user(), password);
  }

  void beatEvery(int seconds) {
    for (Stage machine : List.of(one, two)) {
      machine.with("JDK_JAVA_OPTIONS", "-Dnightdesk.heartbeat=" + seconds + "s");
    }
  }

  Started watch(Stage machine) throws Exception {
    Started watch = machine.nightdesk("watch").start();
    watches.add(watch);
    return watch;
  }

  List<Started> watches() {
    return List.copyOf(watches);
  }

  /** The machine of each agent, in the order in which they began. */
  List<String> begun() throws IOException {
    Path file = folder.resolve("begun");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  /** To all of these that are still there: a writer may have ended since it was looked for. */
  static void signal(String name, List<String> processes) throws Exception {
    List<String> words = new ArrayList<>(List.of("kill", "-" + name));
    words.addAll(processes);
    new ProcessBuilder(words).start().waitFor();
  }

  /** Ends what is left. */
  @Override
  public void close() {
    watches.forEach(watch -> watch.process().destroyForcibly());
  }
}
