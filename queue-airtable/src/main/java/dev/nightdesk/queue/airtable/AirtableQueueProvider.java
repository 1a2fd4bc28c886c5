package dev.nightdesk.queue.airtable;

import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.spi.Values;
import dev.nightdesk.toolkit.http.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;

/** Makes queues of records in an Airtable table. */
public final class AirtableQueueProvider implements TaskQueueProvider {
  static final Setting<Secret> KEY =
      Setting.secret(
          "AIRTABLE_API_KEY", "personal access token, from https://airtable.com/create/tokens");
  static final Setting<HttpUrl> URL =
      Setting.of("AIRTABLE_API_URL", "address of Airtable's API", AirtableQueueProvider::parseUrl)
          .orElse("https://api.airtable.com");

  /** The service allows five calls a second on a base, whosever they are. */
  private static final Pace.Rate RATE =
      new Pace.Rate(5, Duration.ofMillis(210), Duration.ofMillis(210));

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static HttpUrl parseUrl(String text) {
    return Optional.ofNullable(HttpUrl.parse(text))
        .filter(
            url -> url.isHttps() || List.of("127.0.0.1", "localhost", "::1").contains(url.host()))
        .filter(url -> url.username().isEmpty() && url.password().isEmpty())
        .filter(url -> url.query() == null && url.fragment() == null)
        .orElseThrow(() ->
            new IllegalArgumentException("expected an address such as https://api.airtable.com"));
  }

  @Override
  public String name() {
    return "airtable";
  }

  @Override
  public List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>();
    all.add(KEY);
    all.addAll(Names.settings());
    all.add(URL);
    return all;
  }

  @Override
  public List<String> problems(Values values) {
    return Names.from(values).problems();
  }

  @Override
  public Trust trust(Values values) {
    return Names.from(values).column(Column.AUTHOR).isPresent() ? Trust.OWNER : Trust.MUST_BE_NAMED;
  }

  @Override
  public Duration pollInterval() {
    return Duration.ofSeconds(60);
  }

  @Override
  public TaskQueue open(Values values, Desk desk) {
    // The service counts by the base.
    String counted = values.get(URL) + " " + values.get(Names.BASE);
    return open(values, desk, Pace.shared(counted, values.get(KEY), RATE), LIMIT);
  }

  /** With another pace and time limit, for tests. */
  static TaskQueue open(Values values, Desk desk, Pace pace, Duration limit) {
    AirtableCalls calls = new AirtableCalls(values.get(URL), values.get(KEY), pace, limit);
    AirtableBase base = new AirtableBase(calls, Names.from(values));
    return new AirtableQueue(new AirtableClient(calls, base), desk.clock());
  }
}
