package dev.nightdesk.queue.airtable;

import dev.nightdesk.spi.QueueException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many comments this worker wrote on each record, so that it need not ask what is new there.
 * For any thread.
 */
final class OwnComments {
  private final Map<String, Integer> written = new ConcurrentHashMap<>();

  /** The write of a comment. */
  interface Write {
    String make() throws QueueException, InterruptedException, StaleLayoutException;
  }

  /** Counts a comment while it is written, and no longer where that may have failed. */
  String counted(String record, Write write)
      throws QueueException, InterruptedException, StaleLayoutException {
    written.merge(record, 1, Integer::sum);
    boolean stands = false;
    try {
      String id = write.make();
      stands = true;
      return id;
    } finally {
      if (!stands) {
        written.merge(record, -1, Integer::sum);
      }
    }
  }

  int on(String record) {
    return written.getOrDefault(record, 0);
  }
}
