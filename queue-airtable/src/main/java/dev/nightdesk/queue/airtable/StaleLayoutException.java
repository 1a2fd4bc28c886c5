package dev.nightdesk.queue.airtable;

/** The table is not as we remember it: its schema is to be read again. */
final class StaleLayoutException extends Exception {
  private static final long serialVersionUID = 1L;

  StaleLayoutException(String message) {
    super(message);
  }
}
