package dev.nightdesk.bench;

import java.util.Arrays;
import java.util.Locale;

/** Measured values, with what is said about them. */
final class Samples {
  private double[] values = {};

  void add(double value) {
    values = Arrays.copyOf(values, values.length + 1);
    values[values.length - 1] = value;
  }

  double median() {
    return percentile(50);
  }

  /** The smallest value that so many percent of all do not exceed. */
  double percentile(double percent) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(percent / 100 * sorted.length) - 1)];
  }

  int count() {
    return values.length;
  }

  /** Two digits and a bit: nobody needs more of a clock on a shared machine. */
  static String round(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  /** The median, with the least and the most of the rounds. */
  String withRange() {
    return round(median()) + " (" + round(percentile(0)) + "–" + round(percentile(100)) + ")";
  }
}
