package dev.nightdesk.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An audit log in a folder of its own. */
abstract class AuditFile {
  @TempDir Path folder;
  Path file = Path.of("");
  final HeadStore heads = new Records.Kept();

  @BeforeEach
  void nameFile() {
    file = folder.resolve("runs.jsonl");
  }

  AuditLog log() {
    return AuditLog.open(file, heads);
  }

  void append(int from, int to) {
    AuditLog log = log();
    IntStream.rangeClosed(from, to).forEach(n -> log.append(Records.run(n)));
    log.settle();
  }

  List<String> lines() throws IOException {
    return new ArrayList<>(Files.readAllLines(file));
  }

  void rewrite(List<String> lines) throws IOException {
    Files.writeString(file, String.join("\n", lines) + "\n");
  }
}
