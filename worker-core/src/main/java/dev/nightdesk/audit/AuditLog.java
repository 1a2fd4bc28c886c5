package dev.nightdesk.audit;

import java.nio.file.Path;

/** The file {@code runs.jsonl}, appended to by any number of threads and processes. */
@SuppressWarnings("DoNotCallSuggester")
public final class AuditLog implements AutoCloseable {
  private AuditLog() {}

  /** Touches no file yet. */
  public static AuditLog open(Path runsJsonl, HeadStore heads) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Returns when the line is on the disk. */
  public void append(RunRecord record) {
    append(record.json());
  }

  /** The same for a record that was made earlier by {@link RunRecord#json()}. */
  public void append(String recordJson) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Whether the run has its line already; looks from the newest backwards. */
  public boolean contains(String runId) {
    throw new UnsupportedOperationException("not yet");
  }

  public Verification verify() {
    throw new UnsupportedOperationException("not yet");
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException("not yet");
  }
}
