package dev.nightdesk.queue.todoist;

import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.spi.Values;
import dev.nightdesk.toolkit.http.HttpApi;
import dev.nightdesk.toolkit.http.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import okhttp3.HttpUrl;

/** Makes queues of tasks in a Todoist project. */
public final class TodoistQueueProvider implements TaskQueueProvider {
  static final Setting<Secret> TOKEN =
      Setting.secret("TODOIST_API_TOKEN", "token from Todoist, Settings, Integrations, Developer");
  static final Setting<String> PROJECT =
      Setting.of(
          "TODOIST_PROJECT",
          "project with the tasks: its name or its id",
          text -> {
            if (text.isBlank()) {
              throw new IllegalArgumentException("expected a project's name or id");
            }
            return text.strip();
          });
  static final Setting<HttpUrl> URL =
      Setting.of("TODOIST_API_URL", "address of Todoist's API", TodoistQueueProvider::parseUrl)
          .orElse("https://api.todoist.com/api/v1");

  /** Todoist gives up on a request after 15 s by itself. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** It allows 1000 calls in 15 minutes; a listing may be quick, what is too much it says. */
  private static final Pace.Rate RATE =
      new Pace.Rate(4, Duration.ofMillis(100), Duration.ofMillis(200));

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1");

  /** The token goes wherever this leads. */
  private static HttpUrl parseUrl(String text) {
    HttpUrl url = HttpUrl.parse(text.strip().replaceAll("/+$", ""));
    boolean plain =
        url != null
            && url.encodedUsername().isEmpty()
            && url.encodedQuery() == null
            && url.encodedFragment() == null;
    if (!plain || !(url.isHttps() || LOOPBACK.contains(url.host()))) {
      throw new IllegalArgumentException("expected https://api.todoist.com/api/v1");
    }
    return url;
  }

  @Override
  public String name() {
    return "todoist";
  }

  @Override
  public List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>(List.of(TOKEN, PROJECT));
    all.addAll(Labels.settings());
    all.add(URL);
    return all;
  }

  @Override
  public List<String> problems(Values values) {
    return Labels.from(values).problems();
  }

  @Override
  public TaskQueue open(Values values, Desk desk) {
    return open(values, LIMIT, Pace.shared(values.get(URL).toString(), values.get(TOKEN), RATE));
  }

  /** As {@link #open}, for tests that are in a hurry. */
  static TaskQueue open(Values values, Duration limit, Pace pace) {
    HttpApi api = new HttpApi("Todoist", HttpApi.client(limit), pace);
    TodoistClient client = new TodoistClient(api, values.get(URL), values.get(TOKEN), pace);
    return new TodoistQueue(client, values.get(PROJECT), Labels.from(values));
  }
}
