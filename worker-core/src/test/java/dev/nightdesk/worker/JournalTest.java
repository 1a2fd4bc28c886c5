package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.audit.AuditLog;
import dev.nightdesk.audit.HeadStore;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Timings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final String RECORD =
      "{\"run_id\":\"" + Given.RUN_ID + "\",\"ended_at\":\"2026-11-21T10:00:00Z\"}";

  @TempDir Path home;

  @Test
  void writesNoLineTwiceWhereAnotherThreadCaughtUpFirst() throws Exception {
    Path file = home.resolve("runs.jsonl");
    AuditLog audit = AuditLog.open(file, new NoHeads());
    try (Ledger ledger = Ledger.open(home, Optional.empty())) {
      Journal journal = journal(ledger, audit);
      audit.append(RECORD);

      journal.write(Given.KEY, Given.RUN_ID, RECORD, true);

      assertThat(Files.readAllLines(file)).hasSize(1);
    }
  }

  private static Journal journal(Ledger ledger, AuditLog audit) {
    Office office =
        new Office(
            ledger,
            audit,
            (worker, key, text) -> {},
            new Redaction(List.of()),
            Timings.USUAL,
            (step, key) -> {});
    return new Journal(office, new Alarm(Given.KEY.worker(), office));
  }

  private static final class NoHeads implements HeadStore {
    @Override
    public Optional<Head> get() {
      return Optional.empty();
    }

    @Override
    public void put(long lines, String sha256) {}
  }
}
