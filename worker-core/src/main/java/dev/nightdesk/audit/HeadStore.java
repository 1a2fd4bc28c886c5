package dev.nightdesk.audit;

import java.util.Optional;

/** Remembers the newest line outside the file, so that a cut tail shows. */
public interface HeadStore {
  record Head(long lines, String sha256) {}

  Optional<Head> get();

  /** Ignored where more lines are known already. */
  void put(long lines, String sha256);
}
