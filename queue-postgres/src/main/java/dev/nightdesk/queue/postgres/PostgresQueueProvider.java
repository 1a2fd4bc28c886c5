package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.tables.Names;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.spi.Values;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.Driver;

/** Makes queues of tasks in a PostgreSQL table. */
public final class PostgresQueueProvider implements TaskQueueProvider {
  static final Setting<String> URL =
      Setting.of(
              "POSTGRES_URL",
              "database, such as jdbc:postgresql://host:5432/database; unset: an embedded"
                  + " PostgreSQL in NIGHTDESK_HOME",
              PostgresQueueProvider::parseUrl)
          .optional();
  static final Setting<String> USER =
      Setting.text("POSTGRES_USER", "database user; unset: your name on this machine").optional();
  static final Setting<Secret> PASSWORD =
      Setting.secret("POSTGRES_PASSWORD", "database user's password").optional();

  private static String parseUrl(String text) {
    if (!text.startsWith("jdbc:postgresql:") || Driver.parseURL(text, null) == null) {
      throw new IllegalArgumentException("expected jdbc:postgresql://host:5432/database");
    }
    return text;
  }

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>(List.of(URL, USER, PASSWORD));
    all.addAll(Names.settings());
    return all;
  }

  @Override
  public List<String> problems(Values values) {
    List<String> problems = new ArrayList<>(Names.from(values).problems());
    if (values.find(URL).isEmpty()) {
      for (Setting<?> alone : List.of(USER, PASSWORD)) {
        if (values.find(alone).isPresent()) {
          problems.add(
              alone + " is set, but POSTGRES_URL is not: set it too, or unset " + alone + ".");
        }
      }
    }
    if (values.find(URL).filter(url -> url.matches("(?i).*[?&]password=.*")).isPresent()) {
      problems.add("POSTGRES_URL holds a password: put that in POSTGRES_PASSWORD.");
    }
    return problems;
  }

  @Override
  public Trust trust(Values values) {
    return Trust.ANYONE;
  }

  @Override
  public TaskQueue open(Values values, Desk desk) {
    Names names = Names.from(values);
    Site.Finder site =
        values
            .find(URL)
            .map(url -> Site.at(url, values.find(USER), values.find(PASSWORD)))
            .orElseGet(() -> Site.embeddedIn(desk.home()));
    return new PostgresQueue(new PostgresClient(site, names, desk.worker()), names);
  }
}
