package dev.nightdesk.settings.canned;

/** Fails when asked who it is. */
public final class NamelessQueue extends ShelfQueue {
  @Override
  public String name() {
    throw new UnsupportedOperationException("who knows");
  }
}
