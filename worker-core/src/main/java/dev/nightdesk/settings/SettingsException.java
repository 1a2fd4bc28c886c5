package dev.nightdesk.settings;

import java.util.List;

/** Settings that cannot be used, with every problem at once and what to do about each. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /** With the problems, one sentence each, and what to say below them. */
  public SettingsException(List<String> problems, String below) {
    super("Cannot start:\n  - " + String.join("\n  - ", problems) + below);
    this.problems = List.copyOf(problems);
  }

  /** The problems, one sentence each. */
  public List<String> problems() {
    return problems;
  }
}
