package dev.nightdesk.queue.airtable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Evaluates the part of Airtable's formulas that a queue has use for, and refuses the rest. */
final class CannedFormula {
  private final String text;
  private final Subject subject;
  private int at;

  /** What a formula asks about one record. */
  interface Subject {
    String id();

    Instant created();

    Instant modified();

    Set<String> fieldNames();

    String value(String fieldName);
  }

  private CannedFormula(String text, Subject subject) {
    this.text = text;
    this.subject = subject;
  }

  /** Whether the formula is true of a record. */
  static boolean matches(String formula, Subject subject) {
    CannedFormula parser = new CannedFormula(formula, subject);
    Object value = parser.comparison();
    if (parser.at != formula.length()) {
      throw new IllegalArgumentException("unexpected text at " + parser.at);
    }
    return truth(value);
  }

  private static boolean truth(Object value) {
    return !value.equals(false) && !value.equals(0) && !value.equals("");
  }

  private Object comparison() {
    Object left = term();
    if (skip("=")) {
      return left.equals(term());
    }
    if (skip(">")) {
      return (Integer) left > (Integer) term();
    }
    return left;
  }

  private Object term() {
    char c = peek();
    if (c == '{') {
      return field();
    }
    if (c == '\'') {
      return quoted('\'', "\\");
    }
    if (Character.isDigit(c)) {
      return number();
    }
    return call();
  }

  private Object field() {
    String name = quoted('}', "\\");
    if (!subject.fieldNames().contains(name)) {
      throw new IllegalArgumentException("unknown field " + name);
    }
    return subject.value(name);
  }

  private Integer number() {
    int from = at;
    while (at < text.length() && Character.isDigit(text.charAt(at))) {
      at++;
    }
    return Integer.valueOf(text.substring(from, at));
  }

  private String quoted(char end, String escape) {
    at++;
    StringBuilder value = new StringBuilder();
    while (peek() != end) {
      if (text.startsWith(escape, at)) {
        at++;
      }
      value.append(peek());
      at++;
    }
    at++;
    return value.toString();
  }

  private Object call() {
    int open = text.indexOf('(', at);
    if (open < 0) {
      throw new IllegalArgumentException("expected a function at " + at);
    }
    String name = text.substring(at, open);
    at = open + 1;
    List<Object> arguments = new ArrayList<>();
    while (!skip(")")) {
      arguments.add(comparison());
      skip(",");
    }
    return switch (name) {
      case "OR" -> arguments.stream().anyMatch(CannedFormula::truth);
      case "AND" -> arguments.stream().allMatch(CannedFormula::truth);
      case "NOT" -> !truth(arguments.getFirst());
      case "RECORD_ID" -> subject.id();
      case "CREATED_TIME" -> subject.created();
      case "LAST_MODIFIED_TIME" -> subject.modified();
      case "IS_AFTER" ->
          ((Instant) arguments.get(0)).isAfter(Instant.parse((String) arguments.get(1)));
      case "FIND" -> ((String) arguments.get(1)).indexOf((String) arguments.get(0)) + 1;
      default -> throw new IllegalArgumentException("unknown function " + name);
    };
  }

  private boolean skip(String what) {
    boolean there = text.startsWith(what, at);
    at += there ? what.length() : 0;
    return there;
  }

  private char peek() {
    if (at >= text.length()) {
      throw new IllegalArgumentException("unexpected end");
    }
    return text.charAt(at);
  }
}
