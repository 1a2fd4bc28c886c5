package dev.nightdesk.audit;

import dev.nightdesk.audit.HeadStore.Head;
import dev.nightdesk.audit.Verification.Problem;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Goes along the chain once. */
final class Verifier {
  private final Optional<Head> head;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Long> torn = new ArrayList<>();
  private String previous = Chain.BEGINNING;
  private long line;
  private long records;

  private Verifier(Optional<Head> head) {
    this.head = head;
  }

  static Verification verify(Path file, Optional<Head> head) throws IOException {
    Verifier verifier = new Verifier(head);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 64 * 1024)) {
      ByteArrayOutputStream collected = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          verifier.look(collected.toByteArray());
          collected.reset();
        } else {
          collected.write(b);
        }
      }
      if (collected.size() > 0) {
        verifier.look(collected.toByteArray());
      }
    } catch (NoSuchFileException e) {
      verifier.line = 0;
    }
    return verifier.conclude();
  }

  private void look(byte[] bytes) {
    line++;
    Optional<Chain.Link> found = Chain.read(bytes);
    if (found.isEmpty()) {
      torn.add(line);
      return;
    }
    Chain.Link link = found.get();
    records++;
    if (!Chain.isIntact(bytes, link)) {
      problems.add(new Problem(line, "was edited: its text does not match its sha256"));
    }
    if (!link.previous().equals(previous)) {
      problems.add(
          new Problem(line, "does not follow the line before it: one was dropped, added or moved"));
    }
    previous = link.sha256();
    if (head.isPresent() && head.get().lines() == records) {
      if (!head.get().sha256().equals(previous)) {
        problems.add(new Problem(line, "is not the one that the ledger knows in this place"));
      }
    }
  }

  private Verification conclude() {
    if (head.isPresent() && records < head.get().lines()) {
      problems.add(
          new Problem(
              line + 1,
              "is missing: the end was cut off, the ledger knows of "
                  + head.get().lines()
                  + " records and "
                  + records
                  + " are left"));
    }
    return new Verification(records, problems, torn);
  }
}
