package dev.nightdesk.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit log as several processes have it, and one that runs out of disk. */
class AuditProcessTest {
  @TempDir Path folder;

  /** Appends so many records, and says what stopped it. */
  public static void main(String[] args) {
    AuditLog log = AuditLog.open(Path.of(args[0]), new Records.Kept());
    int from = Integer.parseInt(args[1]);
    int written = 0;
    try {
      for (int n = from; n < from + Integer.parseInt(args[2]); n++) {
        log.append(Records.run(n));
        written++;
      }
    } catch (AuditException e) {
      System.out.println(e.getMessage());
    }
    System.out.println("WROTE " + written);
  }

  private Process start(Path file, int from, int count, String limit) throws IOException {
    List<String> java =
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            AuditProcessTest.class.getName(),
            file.toString(),
            "" + from,
            "" + count);
    String command = limit + " exec \"$@\"";
    return new ProcessBuilder(java.stream().collect(() -> sh(command), List::add, List::addAll))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static List<String> sh(String command) {
    return new ArrayList<>(List.of("sh", "-c", command, "sh"));
  }

  private static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void letsTwoProcessesAppendAtOnce() throws Exception {
    Path file = folder.resolve("runs.jsonl");
    Process first = start(file, 0, 300, "");
    Process second = start(file, 1_000, 300, "");

    assertThat(output(first)).contains("WROTE 300");
    assertThat(output(second)).contains("WROTE 300");
    Verification found = AuditLog.open(file, new Records.Kept()).verify();
    assertThat(found).isEqualTo(new Verification(600, List.of(), List.of()));
  }

  @Test
  void losesNothingWhenTheDiskIsFull() throws Exception {
    Path file = folder.resolve("runs.jsonl");
    String said = output(start(file, 0, 100, "ulimit -f 16;"));

    assertThat(said).contains("runs.jsonl cannot be written", "Free some space");
    AuditLog log = AuditLog.open(file, new Records.Kept());
    long written = log.verify().records();
    assertThat(said).contains("WROTE " + written);
    assertThat(written).isBetween(5L, 20L);
    assertThat(Files.readString(file)).endsWith("\"}\n");

    log.append(Records.run(500));
    assertThat(log.verify()).isEqualTo(new Verification(written + 1, List.of(), List.of()));
  }
}
