package dev.nightdesk.spi;

/** Takes a run's events. Any thread; returns at once; events after the run's end are ignored. */
@FunctionalInterface
public interface RunEvents {
  /** Something happened. */
  void emit(RunEvent event);
}
