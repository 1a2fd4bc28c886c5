package dev.nightdesk.settings.canned;

/** Fails as soon as it is made. */
public final class ThrowingQueue extends ShelfQueue {
  public ThrowingQueue() {
    throw new IllegalStateException("no licence file");
  }
}
