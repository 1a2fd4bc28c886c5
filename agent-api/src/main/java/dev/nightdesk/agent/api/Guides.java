package dev.nightdesk.agent.api;

import dev.nightdesk.agent.api.tools.Toolbox;
import dev.nightdesk.toolkit.TextLimit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What lies in a workspace for an agent to go by, where that is the user's own. */
final class Guides {
  private static final int MOST_OF_A_GUIDE = 64 << 10;
  private static final int MOST_OF_A_HEADER = 1_500;
  private static final int MOST_SKILLS = 50;

  /** What a skill's file says of itself before its text, as agents that have skills expect it. */
  private static final Pattern HEADER = Pattern.compile("\\A---\\s*\\n([\\s\\S]*?)\\n---\\s*\\n");

  private Guides() {}

  /** The words of it for the model; empty where there are none. */
  static String of(Toolbox toolbox) {
    StringBuilder words = new StringBuilder();
    for (String name : List.of("AGENTS.md", "CLAUDE.md")) {
      toolbox
          .find(name)
          .ifPresent(text ->
              words
                  .append("\n\nFrom ")
                  .append(name)
                  .append(" of the workspace's owner:\n\n")
                  .append(TextLimit.toCharacters(text, MOST_OF_A_GUIDE, "…")));
    }
    String skills = skills(toolbox);
    if (!skills.isEmpty()) {
      words
          .append(
              "\n\nThe workspace's owner has written down how some things are to be done. Before")
          .append(" you do one of them, read its file and follow it:")
          .append(skills);
    }
    return words.toString();
  }

  /** Only what they are for: a skill is read when it is needed. */
  private static String skills(Toolbox toolbox) {
    StringBuilder skills = new StringBuilder();
    Stream.of(".claude/skills", ".agents/skills")
        .flatMap(folder -> toolbox.named("SKILL.md", folder).stream())
        .limit(MOST_SKILLS)
        .forEach(path ->
            header(toolbox.find(path))
                .ifPresent(
                    header -> skills.append("\n\n").append(path).append('\n').append(header)));
    return skills.toString();
  }

  private static Optional<String> header(Optional<String> file) {
    return file.map(HEADER::matcher)
        .filter(Matcher::find)
        .map(found -> TextLimit.toCharacters(found.group(1).strip(), MOST_OF_A_HEADER, "…"));
  }
}
