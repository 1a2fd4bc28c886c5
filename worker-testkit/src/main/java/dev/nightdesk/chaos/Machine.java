package dev.nightdesk.chaos;

import dev.nightdesk.ledger.Timings;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A home, with one worker process that is started and ended there, and its own network. */
final class Machine implements AutoCloseable {
  private final Path home;
  private final Plan plan;
  private final Wire wire;
  private Optional<Process> process = Optional.empty();
  private boolean frozen;
  private Optional<Wire.Cut> cut = Optional.empty();

  /** When it goes on, by the monotonic clock; 0 while it works. */
  private long backAt;

  Machine(Plan plan, int number) throws IOException, InterruptedException {
    this.plan = plan;
    this.home = Files.createDirectories(plan.folder().resolve("machine" + number));
    this.wire = Wire.to(number);
  }

  Path home() {
    return home;
  }

  @Override
  public String toString() {
    return home.getFileName().toString();
  }

  boolean works() {
    return backAt == 0;
  }

  boolean isFrozen() {
    return frozen;
  }

  long pid() {
    return process.orElseThrow().pid();
  }

  void start() throws IOException {
    process = Optional.of(nightdesk("watch", "--drain", "3s").start());
    backAt = 0;
  }

  ProcessBuilder nightdesk(String... arguments) {
    List<String> words = new ArrayList<>(List.of(plan.launcher().toString()));
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(wire.at(words)).directory(home.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment());
    builder.redirectErrorStream(true);
    return builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(home.resolve("output.txt").toFile()));
  }

  private Map<String, String> environment() {
    Plan.Server at = plan.database();
    String password = URLEncoder.encode(at.password(), StandardCharsets.UTF_8);
    Map<String, String> all = new TreeMap<>(plan.settings());
    all.put("PATH", System.getenv("PATH"));
    all.put("HOME", home.toString());
    all.put("JAVA_HOME", System.getProperty("java.home"));
    all.put("NIGHTDESK_HOME", home.resolve("home").toString());
    all.put("NIGHTDESK_LOG", "text"); // tells times
    all.put("NIGHTDESK_DATABASE_URL", at.url() + "?user=" + at.user() + "&password=" + password);
    all.put("WORKER_CONCURRENCY", Integer.toString(plan.concurrency()));
    // A worker that pauses because it was killed so often would meet with no more kills at work.
    String options = "-Dnightdesk.starts=100000";
    if (!plan.timings().equals(Timings.USUAL)) {
      double seconds = plan.timings().heartbeat().toMillis() / 1000.0;
      options += " -Dnightdesk.heartbeat=" + seconds + "s";
    }
    all.put("JDK_JAVA_OPTIONS", options);
    return all;
  }

  void kill(long backAt) throws InterruptedException {
    process.orElseThrow().destroyForcibly().waitFor();
    this.backAt = backAt;
  }

  void freeze(long backAt) throws IOException, InterruptedException {
    signal(pid(), "STOP");
    frozen = true;
    this.backAt = backAt;
  }

  /** It goes on without queue and ledger. */
  void cutOff(Wire.Cut how, long backAt) throws IOException, InterruptedException {
    wire.cut(how);
    cut = Optional.of(how);
    this.backAt = backAt;
  }

  /** It is started again, wakes up, or reaches the database again. */
  void comeBack() throws IOException, InterruptedException {
    if (frozen) {
      signal(pid(), "CONT");
      frozen = false;
      backAt = 0;
    } else if (cut.isPresent()) {
      wire.mend(cut.get());
      cut = Optional.empty();
      backAt = 0;
    } else {
      start();
    }
  }

  boolean isDue(long now) {
    return backAt != 0 && now - backAt >= 0;
  }

  /** It ended by itself, which no worker should. */
  boolean isGone() {
    return works() && !process.orElseThrow().isAlive();
  }

  /** As a person would end it; its exit code. */
  int end() throws InterruptedException {
    process.orElseThrow().destroy();
    return process.orElseThrow().waitFor();
  }

  static void signal(long pid, String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }

  @Override
  public void close() {
    process.ifPresent(Process::destroyForcibly);
    wire.close();
  }
}
