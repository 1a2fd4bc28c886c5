package dev.nightdesk.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What {@code nightdesk watch} takes while there is nothing to do. */
final class Idle {
  private static final Duration SETTLING = Duration.ofSeconds(30);
  private static final Duration WATCHED = Duration.ofSeconds(90);
  private static final int MOST_MEGABYTES = 120;

  private Idle() {}

  static List<Row> measure() throws Exception {
    try (Stage stage = new Stage()) {
      Program.release(stage, "run").time();
      Process watch = Program.release(stage, "watch").start();
      Process hello = Program.java(stage, List.of(), "dev.nightdesk.bench.Hello", "--stay").start();
      try {
        Thread.sleep(SETTLING);
        double before = cpuMillis(watch);
        long start = System.nanoTime();
        Thread.sleep(WATCHED);
        double percent = (cpuMillis(watch) - before) / ((System.nanoTime() - start) / 1e8);
        return rows(megabytes(watch), percent, megabytes(hello));
      } finally {
        watch.destroy();
        hello.destroy();
        watch.waitFor();
      }
    }
  }

  private static List<Row> rows(double megabytes, double percent, double hello) {
    return List.of(
        new Row(
            "memory of an idle `watch`, resident",
            Samples.round(megabytes) + " MB",
            "that hello world, idle: " + Samples.round(hello) + " MB",
            Samples.round(megabytes / hello),
            "at most " + MOST_MEGABYTES + " MB",
            megabytes <= MOST_MEGABYTES),
        new Row(
            "time of an idle `watch` over " + WATCHED.toSeconds() + " s",
            Samples.round(percent) + " % of a core",
            "",
            "",
            "less than 1 %",
            percent < 1));
  }

  static double megabytes(Process process) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  private static double cpuMillis(Process process) {
    return process.info().totalCpuDuration().orElseThrow().toMillis();
  }
}
