package dev.nightdesk.settings;

import java.util.HashSet;
import java.util.Set;

/**
 * Who may give a worker tasks and comments to act on.
 *
 * @param anyone everybody; then the rest is empty
 * @param owner the token's own user
 * @param members the queue's members
 * @param named ids or logins
 */
public record AuthorRule(boolean anyone, boolean owner, boolean members, Set<String> named) {
  private static final String ANYONE = "anyone";
  private static final String MEMBERS = "members";

  static final AuthorRule EVERYBODY = new AuthorRule(true, false, false, Set.of());
  static final AuthorRule OWN_USER = new AuthorRule(false, true, false, Set.of());

  public AuthorRule {
    named = Set.copyOf(named);
  }

  static AuthorRule parse(String text) {
    Set<String> words = new HashSet<>(WorkerSettings.words(text));
    if (words.isEmpty()) {
      throw new IllegalArgumentException("expected ids or logins, members, or anyone");
    }
    if (words.contains(ANYONE)) {
      if (words.size() > 1) {
        throw new IllegalArgumentException("expected anyone alone, or a list without it");
      }
      return EVERYBODY;
    }
    boolean members = words.remove(MEMBERS);
    return new AuthorRule(false, false, members, words);
  }
}
