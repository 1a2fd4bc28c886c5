package dev.nightdesk.queue.linear;

import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * How the user calls what the queue works with.
 *
 * @param ready empty: every state of the types backlog and unstarted
 * @param working empty: the first state of type started
 */
record LinearNames(
    Secret key,
    HttpUrl url,
    String team,
    Optional<String> project,
    List<String> ready,
    Optional<String> working,
    String review,
    String failed,
    String held) {
  static final Setting<Secret> KEY =
      Setting.secret(
          "LINEAR_API_KEY",
          "personal API key from Linear, Settings, Security & access; or an OAuth token");
  static final Setting<String> TEAM = Setting.text("LINEAR_TEAM", "team's key, the ENG in ENG-123");
  static final Setting<String> PROJECT =
      Setting.text("LINEAR_PROJECT", "name or id of a project of that team; unset: all its issues")
          .optional();
  static final Setting<List<String>> READY =
      Setting.of(
              "LINEAR_READY_STATES",
              "list of the states that tasks are taken from; unset: all of the types backlog and"
                  + " unstarted",
              LinearNames::list)
          .optional();
  static final Setting<String> WORKING =
      Setting.text(
              "LINEAR_WORKING_STATE",
              "state of a task that is being worked on; unset: the first of type started")
          .optional();
  static final Setting<String> REVIEW =
      Setting.text("LINEAR_REVIEW_STATE", "state of a task that waits for a person to review it")
          .orElse("In Review");
  static final Setting<String> FAILED =
      Setting.text("LINEAR_FAILED_LABEL", "label of a task that was given up")
          .orElse("agent-failed");
  static final Setting<String> HELD =
      Setting.text("LINEAR_HELD_LABEL", "label of a task that waits for a person's decision")
          .orElse("agent-held");
  static final Setting<HttpUrl> URL =
      Setting.of("LINEAR_API_URL", "address of Linear's API", LinearNames::address)
          .orElse("https://api.linear.app/graphql");

  LinearNames {
    ready = List.copyOf(ready);
  }

  static List<Setting<?>> settings() {
    return List.of(KEY, TEAM, PROJECT, READY, WORKING, REVIEW, FAILED, HELD, URL);
  }

  static LinearNames from(Values values) {
    return new LinearNames(
        values.get(KEY),
        values.get(URL),
        values.get(TEAM).strip(),
        values.find(PROJECT).map(String::strip).filter(name -> !name.isEmpty()),
        values.find(READY).orElse(List.of()),
        values.find(WORKING).map(String::strip).filter(name -> !name.isEmpty()),
        values.get(REVIEW).strip(),
        values.get(FAILED).strip(),
        values.get(HELD).strip());
  }

  private static List<String> list(String text) {
    List<String> names =
        Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .toList();
    if (names.isEmpty()) {
      throw new IllegalArgumentException("expected names of states, such as Todo, Backlog");
    }
    return names;
  }

  /** A key is sent in the clear to this machine only. */
  private static HttpUrl address(String text) {
    HttpUrl url = HttpUrl.parse(text);
    if (url == null || (!url.isHttps() && !isHere(url.host()))) {
      throw new IllegalArgumentException("expected an address that begins with https://");
    }
    return url;
  }

  private static boolean isHere(String host) {
    return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("::1");
  }

  /** Whether the key is a personal one, which Linear wants bare, and not an OAuth token. */
  boolean personal() {
    return key.reveal().startsWith("lin_api_");
  }

  String authorization() {
    return personal() ? key.reveal() : "Bearer " + key.reveal();
  }

  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!key.reveal().matches("[\\x21-\\x7E]+")) {
      problems.add("LINEAR_API_KEY holds characters that no key has. Copy it again.");
    }
    if (working.filter(review::equalsIgnoreCase).isPresent()) {
      problems.add("LINEAR_WORKING_STATE and LINEAR_REVIEW_STATE must be two states.");
    }
    for (String name : ready) {
      if (name.equalsIgnoreCase(review) || working.filter(name::equalsIgnoreCase).isPresent()) {
        problems.add(
            "LINEAR_READY_STATES names %s, which is the working or the review state."
                .formatted(name));
      }
    }
    if (failed.equalsIgnoreCase(held)) {
      problems.add("LINEAR_FAILED_LABEL and LINEAR_HELD_LABEL must be two labels.");
    }
    if (failed.isEmpty() || held.isEmpty()) {
      problems.add("LINEAR_FAILED_LABEL and LINEAR_HELD_LABEL must not be blank.");
    }
    return problems;
  }
}
