package dev.nightdesk.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that was probably meant. */
public final class Nearest {
  private Nearest() {}

  /** The nearest of the words, unless even that one is far off. */
  public static Optional<String> of(String word, Collection<String> words) {
    return words.stream()
        .min(Comparator.<String>comparingInt(w -> distance(word, w)).thenComparing(w -> w))
        .filter(w -> distance(word, w) <= 1 + word.length() / 3);
  }

  /** {@code " Did you mean X?"}, or nothing. */
  public static String hint(String word, Collection<String> words) {
    return of(word, words).map(" Did you mean %s?"::formatted).orElse("");
  }

  /** How many letters have to be added, taken out, changed or swapped with their neighbour. */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + change);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
