package dev.nightdesk.toolkit;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command line into words as a POSIX shell does, and does nothing else of what a shell
 * does: no variables, no globs, no substitution, no operators.
 */
public final class ShellWords {
  private final String line;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private int at;

  private ShellWords(String line) {
    this.line = line;
  }

  /**
   * Splits at blanks and line ends. Single quotes keep everything, double quotes keep everything
   * but a backslash before {@code " \ $ `}, a backslash outside quotes keeps the next character.
   *
   * @throws IllegalArgumentException where a quote is not closed or the line ends with a backslash;
   *     its message says so
   */
  public static List<String> split(String line) {
    ShellWords splitter = new ShellWords(line);
    while (splitter.at < line.length()) {
      splitter.step();
    }
    splitter.endWord();
    return List.copyOf(splitter.words);
  }

  private void step() {
    char c = line.charAt(at++);
    switch (c) {
      case ' ', '\t', '\n', '\r' -> endWord();
      case '\'' -> singleQuoted();
      case '"' -> doubleQuoted();
      case '\\' -> add(escaped());
      default -> add(c);
    }
  }

  private void add(char c) {
    word.append(c);
    inWord = true;
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
    }
    word.setLength(0);
    inWord = false;
  }

  private char escaped() {
    if (at == line.length()) {
      throw new IllegalArgumentException("expected a character after the backslash at the end");
    }
    return line.charAt(at++);
  }

  private void singleQuoted() {
    int end = line.indexOf('\'', at);
    if (end < 0) {
      throw new IllegalArgumentException("expected a closing quote (')");
    }
    word.append(line, at, end);
    inWord = true;
    at = end + 1;
  }

  private void doubleQuoted() {
    inWord = true;
    for (; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == '"') {
        at++;
        return;
      }
      if (c == '\\' && at + 1 < line.length() && "\"\\$`".indexOf(line.charAt(at + 1)) >= 0) {
        word.append(line.charAt(++at));
      } else {
        word.append(c);
      }
    }
    throw new IllegalArgumentException("expected a closing quote (\")");
  }
}
