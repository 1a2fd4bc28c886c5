package dev.nightdesk.agent.claude;

import java.util.ArrayList;
import java.util.List;

/** Permission rules in the notation of Claude Code, such as {@code Edit(./**) Bash(git log:*)}. */
final class ToolRules {
  private ToolRules() {}

  /** Splits at blanks and commas, but not within parentheses. */
  static List<String> parse(String text) {
    List<String> rules = new ArrayList<>();
    StringBuilder rule = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth < 0) {
        break;
      }
      if (depth == 0 && (c == ',' || Character.isWhitespace(c))) {
        add(rules, rule);
      } else {
        rule.append(c);
      }
    }
    if (depth != 0) {
      throw new IllegalArgumentException("expected as many '(' as ')'");
    }
    add(rules, rule);
    return List.copyOf(rules);
  }

  private static void add(List<String> rules, StringBuilder rule) {
    if (rule.isEmpty()) {
      return;
    }
    if (rule.charAt(0) == '-') {
      throw new IllegalArgumentException("expected tools such as Edit(./**) Glob");
    }
    rules.add(rule.toString());
    rule.setLength(0);
  }
}
