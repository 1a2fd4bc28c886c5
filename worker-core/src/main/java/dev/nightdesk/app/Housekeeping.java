package dev.nightdesk.app;

import com.google.inject.Inject;
import dev.nightdesk.app.Retention.Ages;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.settings.DeskSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies retention once a day while workers watch, so that nobody has to think of it. */
final class Housekeeping {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration AFTER_START = Duration.ofMinutes(10);

  private final DeskSettings desk;
  private final Ledger ledger;

  @Inject
  Housekeeping(DeskSettings desk, Ledger ledger) {
    this.desk = desk;
    this.ledger = ledger;
  }

  /** Begins some minutes after the start, not in step with other processes; ends with this one. */
  void begin() {
    if (desk.retention().isZero()) {
      return;
    }
    long first = ThreadLocalRandom.current().nextLong(AFTER_START.toMillis());
    Thread.ofPlatform()
        .daemon()
        .name("housekeeping")
        .start(() -> {
          try {
            Thread.sleep(first);
            while (true) {
              clean();
              Thread.sleep(DAY);
            }
          } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** What cannot be removed today is left for tomorrow. */
  void clean() {
    Retention retention = new Retention(desk.home(), ledger, Ages.all(desk.retention()));
    int removed = 0;
    try {
      for (Path folder : retention.old()) {
        Retention.remove(folder);
        removed++;
      }
      LOG.info("retention folders={} tasks={}", removed, retention.forget());
    } catch (IOException | LedgerException e) {
      LOG.warn("retention goes on tomorrow: {}", e.getMessage());
    }
  }
}
