package dev.nightdesk.queue.github;

import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.Values;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * What the user named.
 *
 * @param api where the API is
 * @param owner the repository's owner
 * @param repository its name
 * @param label only issues with it are tasks
 * @param marks our own labels
 */
record GitHubNames(
    HttpUrl api,
    String owner,
    String repository,
    Optional<String> label,
    Map<Standing, String> marks) {

  static final Setting<String> REPOSITORY =
      Setting.of(
          "GITHUB_REPOSITORY",
          "repository whose issues are the tasks, as owner/name",
          GitHubNames::parseRepository);
  static final Setting<String> LABEL =
      Setting.text("GITHUB_LABEL", "label of the issues that are tasks; unset: every open issue")
          .optional();
  static final Setting<String> DONE =
      Setting.text("GITHUB_DONE_LABEL", "label of tasks that wait for your review")
          .orElse("agent-done");
  static final Setting<String> FAILED =
      Setting.text("GITHUB_FAILED_LABEL", "label of tasks given up after the last attempt")
          .orElse("agent-failed");
  static final Setting<String> WORKING =
      Setting.text("GITHUB_WORKING_LABEL", "label of tasks that are being worked on")
          .orElse("agent-working");
  static final Setting<String> HELD =
      Setting.text("GITHUB_HELD_LABEL", "label of tasks that wait for your decision")
          .orElse("agent-held");
  static final Setting<HttpUrl> API =
      Setting.of(
              "GITHUB_API_URL",
              "address of the API; of your own server: https://HOST/api/v3",
              GitHubNames::parseApi)
          .orElse("https://api.github.com");

  GitHubNames {
    marks = Map.copyOf(marks);
  }

  static List<Setting<?>> settings() {
    return List.of(REPOSITORY, LABEL, DONE, FAILED, WORKING, HELD, API);
  }

  static GitHubNames from(Values values) {
    Map<Standing, String> marks = new EnumMap<>(Standing.class);
    marks.put(Standing.WORKING, values.get(WORKING));
    marks.put(Standing.HELD, values.get(HELD));
    marks.put(Standing.FAILED, values.get(FAILED));
    marks.put(Standing.REVIEW, values.get(DONE));
    String repository = values.get(REPOSITORY);
    int slash = repository.indexOf('/');
    return new GitHubNames(
        values.get(API),
        repository.substring(0, slash),
        repository.substring(slash + 1),
        values.find(LABEL),
        marks);
  }

  List<String> problems() {
    Set<String> different = new HashSet<>();
    marks.values().forEach(mark -> different.add(mark.toLowerCase(Locale.ROOT)));
    label.ifPresent(one -> different.add(one.toLowerCase(Locale.ROOT)));
    boolean same = different.size() < marks.size() + (label.isPresent() ? 1 : 0);
    return same
        ? List.of(
            "The labels in GITHUB_LABEL, GITHUB_DONE_LABEL, GITHUB_FAILED_LABEL,"
                + " GITHUB_WORKING_LABEL and GITHUB_HELD_LABEL must differ.")
        : List.of();
  }

  private static String parseRepository(String text) {
    if (!text.matches("[A-Za-z0-9-]+/[A-Za-z0-9._-]+") || text.matches(".*/\\.{1,2}")) {
      throw new IllegalArgumentException("expected owner/name");
    }
    return text;
  }

  private static HttpUrl parseApi(String text) {
    HttpUrl url = HttpUrl.parse(text);
    if (url == null
        || url.query() != null
        || !url.username().isEmpty()
        || !(url.isHttps() || Set.of("127.0.0.1", "localhost", "::1").contains(url.host()))) {
      throw new IllegalArgumentException("expected an address such as https://HOST/api/v3");
    }
    return url;
  }

  /** The repository as a person writes it. */
  String called() {
    return owner + "/" + repository;
  }

  /** A path below the API's address; every part is encoded. */
  HttpUrl.Builder path(String... parts) {
    HttpUrl.Builder url = api.newBuilder();
    if (api.pathSegments().getLast().isEmpty()) {
      url.removePathSegment(api.pathSize() - 1);
    }
    for (String part : parts) {
      url.addEncodedPathSegment(encoded(part));
    }
    return url;
  }

  /** A path below the repository. */
  HttpUrl.Builder in(String... parts) {
    HttpUrl.Builder url = path("repos", owner, repository);
    for (String part : parts) {
      url.addEncodedPathSegment(encoded(part));
    }
    return url;
  }

  /** Brackets too, which the HTTP client would leave as they are. */
  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Lets an address pass that belongs to the server that may see the token. */
  HttpUrl served(String address) throws QueueException {
    HttpUrl url = HttpUrl.parse(address);
    if (url != null
        && url.scheme().equals(api.scheme())
        && url.host().equals(api.host())
        && url.port() == api.port()) {
      return url;
    }
    throw QueueException.retryLater("GitHub's listing goes on at another server.");
  }

  boolean isMark(String name) {
    return marks.values().stream().anyMatch(name::equalsIgnoreCase);
  }

  /** GitHub tells labels apart without regard to case. */
  static boolean has(List<String> labels, String label) {
    return labels.stream().anyMatch(label::equalsIgnoreCase);
  }

  /** Where an open issue with these labels stands. */
  Standing standing(List<String> labels) {
    if (label.isPresent() && !has(labels, label.get())) {
      return has(labels, Task.STOP_LABEL) ? Standing.HELD : Standing.CLOSED;
    }
    for (Standing one :
        List.of(Standing.WORKING, Standing.HELD, Standing.FAILED, Standing.REVIEW)) {
      if (has(labels, marks.getOrDefault(one, ""))) {
        return one;
      }
    }
    return Standing.READY;
  }
}
