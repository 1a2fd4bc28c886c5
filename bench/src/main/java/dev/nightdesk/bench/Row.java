package dev.nightdesk.bench;

/**
 * One line of the table.
 *
 * @param beside what it was measured against in the same run
 */
record Row(String what, String figure, String beside, String ratio, String target, boolean met) {
  String markdown() {
    return "| %s | %s | %s | %s | %s | %s |"
        .formatted(what, figure, beside, ratio, target, met ? "yes" : "**no**");
  }
}
