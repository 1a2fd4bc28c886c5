package dev.nightdesk.audit;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code runs.jsonl}, appended to by any number of threads and processes. Threads that
 * append at the same time share one write to the disk.
 */
public final class AuditLog {
  private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

  /** A file lock counts for the process as a whole. */
  private static final ReentrantLock WRITER = new ReentrantLock();

  private static final String ENDED = "\"ended_at\":\"";

  /** How far the clocks of those who write may be apart. */
  private static final Duration SLACK = Duration.ofDays(1);

  private final Path file;
  private final HeadKeeper heads;
  private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private End known = new End(0, 0, Chain.BEGINNING);

  /** The end of the file as this process last saw it. */
  private record End(long size, long records, String sha256) {}

  /** A record on its way to the disk. */
  private static final class Waiting {
    final String json;
    boolean done;
    @Nullable AuditException problem;

    Waiting(String json) {
      this.json = json;
    }
  }

  private AuditLog(Path file, HeadStore heads) {
    this.file = file;
    this.heads = new HeadKeeper(heads);
  }

  /** Touches no file yet. */
  public static AuditLog open(Path runsJsonl, HeadStore heads) {
    return new AuditLog(runsJsonl, heads);
  }

  /** Returns when the line is on the disk; the ledger learns of it a moment later. */
  public void append(RunRecord record) {
    append(record.json());
  }

  /** The same for a record that was made earlier by {@link RunRecord#json()}. */
  public void append(String recordJson) {
    if (!recordJson.startsWith("{") || !recordJson.endsWith("}") || recordJson.contains("\n")) {
      throw new IllegalArgumentException("not the JSON of a run's record: " + recordJson);
    }
    Waiting mine = new Waiting(recordJson);
    waiting.add(mine);
    End written = null;
    WRITER.lock();
    try {
      if (!mine.done) {
        written = writeWhatWaits();
      }
    } finally {
      WRITER.unlock();
    }
    if (written != null) {
      heads.keep(new HeadStore.Head(written.records(), written.sha256()));
    }
    if (mine.problem != null) {
      throw mine.problem;
    }
  }

  private @Nullable End writeWhatWaits() {
    List<Waiting> batch = new ArrayList<>();
    for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
      batch.add(next);
    }
    End end = null;
    AuditException problem = null;
    try {
      end = write(batch);
      known = end;
    } catch (IOException | RuntimeException e) {
      problem =
          new AuditException(
              "The audit log "
                  + file
                  + " cannot be written: "
                  + e.getMessage()
                  + ". Free some space there, or make it writable for you.",
              e);
    }
    for (Waiting written : batch) {
      written.problem = problem;
      written.done = true;
    }
    return end;
  }

  /** Under the lock, on the disk; what was written in part is taken away again. */
  private End write(List<Waiting> batch) throws IOException {
    try (LockedFile locked = LockedFile.open(file)) {
      RandomAccessFile open = locked.file();
      long size = open.length();
      End end = size == known.size() ? known : find(open, size);
      ByteArrayOutputStream lines = new ByteArrayOutputStream();
      if (isTorn(open, size)) {
        lines.write('\n');
      }
      String previous = end.sha256();
      for (Waiting next : batch) {
        byte[] line = Chain.line(next.json, previous);
        lines.writeBytes(line);
        lines.write('\n');
        previous = Chain.read(line).orElseThrow().sha256();
      }
      try {
        open.seek(size);
        open.write(lines.toByteArray());
        open.getFD().sync();
      } catch (IOException e) {
        takeBack(open, size, e);
        throw e;
      }
      return new End(size + lines.size(), end.records() + batch.size(), previous);
    }
  }

  private static void takeBack(RandomAccessFile open, long size, IOException e) {
    try {
      open.setLength(size);
    } catch (IOException another) {
      e.addSuppressed(another);
    }
  }

  private static boolean isTorn(RandomAccessFile open, long size) throws IOException {
    if (size == 0) {
      return false;
    }
    open.seek(size - 1);
    return open.read() != '\n';
  }

  /** Looks back to the line that is known outside, which is the last one or nearly so. */
  private End find(RandomAccessFile open, long size) throws IOException {
    Optional<HeadStore.Head> head = headIfThere();
    Backwards lines = new Backwards(open, size);
    String newest = null;
    long records = 0;
    for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
      Optional<Chain.Link> link = Chain.read(line.get());
      if (link.isEmpty()) {
        continue;
      }
      String sha256 = link.get().sha256();
      newest = newest == null ? sha256 : newest;
      if (head.isPresent() && head.get().sha256().equals(sha256)) {
        return new End(size, head.get().lines() + records, newest);
      }
      records++;
    }
    return new End(size, records, newest == null ? Chain.BEGINNING : newest);
  }

  private Optional<HeadStore.Head> headIfThere() {
    try {
      return heads.get();
    } catch (RuntimeException e) {
      log.warn("the ledger does not tell the audit log's newest line: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Returns when the ledger knows the newest line, which it else learns a moment later. */
  public void settle() {
    heads.settle();
  }

  /** Whether the run has its line already; looks no further back than to when it began. */
  public boolean contains(String runId) {
    String sought = "\"run_id\":\"" + runId + "\"";
    Instant before = startOf(runId).minus(SLACK);
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      Backwards lines = new Backwards(open, open.length());
      for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
        String text = new String(line.get(), StandardCharsets.UTF_8);
        if (Chain.read(line.get()).isPresent()) {
          if (text.contains(sought)) {
            return true;
          }
          if (endOf(text).isBefore(before)) {
            return false;
          }
        }
      }
      return false;
    } catch (FileNotFoundException e) {
      return false;
    } catch (IOException e) {
      throw new AuditException("The audit log " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** When a line's run ended; the end of time where the line does not say so. */
  private static Instant endOf(String line) {
    int at = line.indexOf(ENDED);
    if (at < 0) {
      return Instant.MAX;
    }
    int start = at + ENDED.length();
    try {
      return Instant.parse(line.substring(start, line.indexOf('"', start)));
    } catch (DateTimeParseException | StringIndexOutOfBoundsException e) {
      return Instant.MAX;
    }
  }

  /** The first 48 bits of a UUIDv7 are milliseconds; of anything else nothing is concluded. */
  private static Instant startOf(String runId) {
    String digits = runId.replace("-", "");
    boolean timed = digits.length() == 32 && digits.charAt(12) == '7';
    return timed
        ? Instant.ofEpochMilli(Long.parseLong(digits.substring(0, 12), 16))
        : Instant.EPOCH;
  }

  /** Reads all of it: edited, dropped, moved and cut-off lines show. */
  public Verification verify() {
    settle();
    Optional<HeadStore.Head> head = heads.get();
    try {
      return Verifier.verify(file, head);
    } catch (IOException e) {
      throw new AuditException("The audit log " + file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
