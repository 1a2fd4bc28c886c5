package dev.nightdesk.ledger;

import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Poll;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The picture of every queue, and what is to happen with each task. */
@SuppressWarnings("DoNotCallSuggester")
public final class Tasks {
  Tasks() {}

  public List<TaskKey> see(String worker, Poll poll) {
    throw new UnsupportedOperationException("not yet");
  }

  public Optional<String> cursor(String worker) {
    throw new UnsupportedOperationException("not yet");
  }

  public void forgetCursor(String worker) {
    throw new UnsupportedOperationException("not yet");
  }

  public List<TaskKey> ready(String worker, int limit) {
    throw new UnsupportedOperationException("not yet");
  }

  public Optional<TaskRow> find(TaskKey key) {
    throw new UnsupportedOperationException("not yet");
  }

  public List<TaskRow> list(Optional<String> worker, boolean finishedToo, int limit) {
    throw new UnsupportedOperationException("not yet");
  }

  public void postpone(TaskKey key, String reason, Instant until) {
    throw new UnsupportedOperationException("not yet");
  }

  public boolean hold(TaskKey key, String reason, String release, List<Entry> entries) {
    throw new UnsupportedOperationException("not yet");
  }

  public void reset(TaskKey key, Cause cause, boolean keepSession) {
    throw new UnsupportedOperationException("not yet");
  }

  public void away(TaskKey key, String why) {
    throw new UnsupportedOperationException("not yet");
  }

  public void reply(TaskKey key) {
    throw new UnsupportedOperationException("not yet");
  }
}
