package dev.nightdesk.queue.todoist;

import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The labels that say where a task stands; what a person gave besides is left alone.
 *
 * @param names of each standing that has a label, the one that counts most first
 */
record Labels(Map<Standing, String> names) {
  private static final int LONGEST = 128;
  private static final Map<Standing, Setting<String>> SETTINGS = new LinkedHashMap<>();

  static {
    SETTINGS.put(Standing.WORKING, label("WORKING", "is being worked on", "agent-working"));
    SETTINGS.put(Standing.HELD, label("HELD", "waits for your decision", "agent-held"));
    SETTINGS.put(Standing.FAILED, label("FAILED", "was given up", "agent-failed"));
    SETTINGS.put(Standing.REVIEW, label("DONE", "is done and waits for you", "agent-done"));
  }

  Labels {
    names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
  }

  private static Setting<String> label(String word, String meaning, String usual) {
    String name = "TODOIST_" + word + "_LABEL";
    return Setting.of(name, "label of a task that " + meaning, Labels::parse).orElse(usual);
  }

  private static String parse(String text) {
    String name = text.strip();
    if (name.isEmpty() || name.startsWith("@") || name.length() > LONGEST) {
      throw new IllegalArgumentException(
          "expected a label's name of at most " + LONGEST + " characters, without @");
    }
    return name;
  }

  /** In the order in which a person should see them. */
  static List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>();
    for (Standing standing :
        List.of(Standing.REVIEW, Standing.FAILED, Standing.WORKING, Standing.HELD)) {
      all.add(setting(standing));
    }
    return all;
  }

  static Setting<String> setting(Standing standing) {
    return Optional.ofNullable(SETTINGS.get(standing)).orElseThrow();
  }

  static Labels from(Values values) {
    Map<Standing, String> names = new LinkedHashMap<>();
    SETTINGS.forEach((standing, setting) -> names.put(standing, values.get(setting)));
    return new Labels(names);
  }

  List<String> problems() {
    List<String> problems = new ArrayList<>();
    Map<String, Standing> first = new LinkedHashMap<>();
    names.forEach((standing, name) -> {
      Standing other = first.putIfAbsent(name, standing);
      if (other != null) {
        problems.add(
            "%s and %s are both '%s': they must differ."
                .formatted(setting(other), setting(standing), name));
      }
    });
    return problems;
  }

  /** Where an open task stands that carries these. */
  Standing standing(List<String> labels) {
    return names.entrySet().stream()
        .filter(entry -> labels.contains(entry.getValue()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(Standing.READY);
  }

  /** Without ours. */
  List<String> peoples(List<String> labels) {
    return labels.stream().filter(label -> !names.containsValue(label)).toList();
  }

  /** The same, of ours only the one of a standing. */
  List<String> moved(List<String> labels, Standing to) {
    Optional<String> wanted = Optional.ofNullable(names.get(to));
    List<String> after = new ArrayList<>();
    for (String label : labels) {
      if (!names.containsValue(label) || wanted.filter(label::equals).isPresent()) {
        after.add(label);
      }
    }
    wanted.filter(label -> !after.contains(label)).ifPresent(after::add);
    return after;
  }
}
