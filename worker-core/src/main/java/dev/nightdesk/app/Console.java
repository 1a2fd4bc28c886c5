package dev.nightdesk.app;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a person sees: results on standard output, everything else on standard error. On a terminal
 * a few live lines may stand below, which are moved out of the way of every other line.
 *
 * <p>Safe for any thread.
 */
final class Console {
  private static final String CLEAR_BELOW = "\r\u001b[J";

  private final PrintStream out;
  private final PrintStream err;
  private final int width;
  private final boolean colours;
  private List<String> live = List.of();

  /** Over these streams; {@code width} is that of the terminal, 0 where there is none. */
  Console(PrintStream out, PrintStream err, int width, boolean colours) {
    this.out = out;
    this.err = err;
    this.width = width;
    this.colours = colours;
  }

  /** The launcher says whether there is a terminal, which Java cannot tell on every version. */
  static Console ofThisProcess() {
    int width = Integer.getInteger("nightdesk.terminal", 0);
    return new Console(
        new PrintStream(System.out, false, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        width,
        width > 0 && Optional.ofNullable(System.getenv("NO_COLOR")).orElse("").isEmpty());
  }

  boolean isTerminal() {
    return width > 0;
  }

  boolean colours() {
    return colours;
  }

  int width() {
    return width;
  }

  /** One or more lines of a result. */
  synchronized void print(String text) {
    wipe();
    out.println(text);
    draw();
  }

  /** As {@link #print}, for a part of a line or a text with its own line ends. */
  synchronized void printRaw(String text) {
    wipe();
    out.print(text);
    draw();
  }

  /** Something to tell the person that is no result: a warning, a failure, progress. */
  synchronized void tell(String text) {
    wipe();
    out.flush();
    err.println(text);
    draw();
  }

  /** Puts these lines below everything else; each must fit the width. */
  synchronized void show(List<String> lines) {
    wipe();
    live = List.copyOf(lines);
    draw();
  }

  private void wipe() {
    if (!live.isEmpty()) {
      out.print("\u001b[" + live.size() + "A" + CLEAR_BELOW);
    }
  }

  private void draw() {
    live.forEach(out::println);
    out.flush();
  }

  /** Whether anybody still reads the results; false once a pipe was closed. */
  boolean isRead() {
    return !out.checkError();
  }

  PrintWriter outWriter() {
    return new PrintWriter(out, true, StandardCharsets.UTF_8);
  }

  PrintWriter errWriter() {
    return new PrintWriter(err, true, StandardCharsets.UTF_8);
  }

  String bold(String text) {
    return colours ? "\u001b[1m" + text + "\u001b[m" : text;
  }

  String dim(String text) {
    return colours ? "\u001b[2m" + text + "\u001b[m" : text;
  }

  String red(String text) {
    return colours ? "\u001b[31m" + text + "\u001b[m" : text;
  }

  String green(String text) {
    return colours ? "\u001b[32m" + text + "\u001b[m" : text;
  }

  String yellow(String text) {
    return colours ? "\u001b[33m" + text + "\u001b[m" : text;
  }
}
