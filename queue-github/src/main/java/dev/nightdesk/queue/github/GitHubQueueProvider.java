package dev.nightdesk.queue.github;

import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.spi.Values;
import dev.nightdesk.toolkit.http.HttpApi;
import dev.nightdesk.toolkit.http.Pace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes queues of the issues of a GitHub repository. */
public final class GitHubQueueProvider implements TaskQueueProvider {
  static final Setting<Secret> TOKEN =
      Setting.secret(
              "GITHUB_TOKEN",
              "token from GitHub, Settings, Developer settings, Fine-grained tokens, with Issues:"
                  + " Read and write")
          .optional();
  static final Setting<String> APP =
      Setting.of(
              "GITHUB_APP_ID",
              "App ID on the page of your GitHub App, instead of a token",
              GitHubQueueProvider::parseApp)
          .optional();
  static final Setting<Path> KEY =
      Setting.path("GITHUB_APP_PRIVATE_KEY_FILE", "file with the GitHub App's private key (.pem)")
          .optional();

  /**
   * GitHub asks to make one call after the other and to wait a second after each write, and counts
   * 900 points a minute.
   */
  private static final Pace.Rate USUAL =
      new Pace.Rate(4, Duration.ofMillis(70), Duration.ofSeconds(1));

  private static final Duration CALL = Duration.ofSeconds(30);
  private static final Duration LAG = Duration.ofSeconds(60);

  private final Pace.Rate rate;
  private final Duration call;
  private final Duration lag;

  /** As ServiceLoader wants it. */
  public GitHubQueueProvider() {
    this(USUAL, CALL, LAG);
  }

  GitHubQueueProvider(Pace.Rate rate, Duration call, Duration lag) {
    this.rate = rate;
    this.call = call;
    this.lag = lag;
  }

  private static String parseApp(String text) {
    if (!text.matches("[A-Za-z0-9.]{1,40}")) {
      throw new IllegalArgumentException("expected the App ID, a number");
    }
    return text;
  }

  @Override
  public String name() {
    return "github";
  }

  @Override
  public List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>(List.of(TOKEN, APP, KEY));
    all.addAll(GitHubNames.settings());
    return all;
  }

  @Override
  public List<String> problems(Values values) {
    List<String> problems = new ArrayList<>(GitHubNames.from(values).problems());
    boolean token = values.find(TOKEN).isPresent();
    boolean app = values.find(APP).isPresent();
    boolean key = values.find(KEY).isPresent();
    if (token && (app || key)) {
      problems.add("GITHUB_TOKEN and a GitHub App are set: unset one of them.");
    } else if (!token && !app && !key) {
      problems.add(
          "Neither GITHUB_TOKEN nor GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE are set. "
              + TOKEN
              + " is the "
              + TOKEN.meaning()
              + ".");
    } else if (app != key) {
      problems.add("GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE go together: set both.");
    }
    if (values.find(TOKEN).filter(secret -> !secret.reveal().matches("[!-~]+")).isPresent()) {
      problems.add("GITHUB_TOKEN holds a blank or another character that no token has.");
    }
    if (app && key) {
      key(values).problem().ifPresent(problems::add);
    }
    return problems;
  }

  /** The text of the private key's file, or what is wrong with it. */
  private record KeyFile(Optional<String> text, Optional<String> problem) {}

  private static KeyFile key(Values values) {
    try {
      String text = Files.readString(values.get(KEY));
      AppKey.parse(text);
      return new KeyFile(Optional.of(text), Optional.empty());
    } catch (IOException unreadable) {
      return new KeyFile(
          Optional.empty(),
          Optional.of("GITHUB_APP_PRIVATE_KEY_FILE: the file cannot be read as text."));
    } catch (IllegalArgumentException unfit) {
      return new KeyFile(
          Optional.empty(),
          Optional.of("GITHUB_APP_PRIVATE_KEY_FILE: " + unfit.getMessage() + "."));
    }
  }

  @Override
  public Trust trust(Values values) {
    return values.find(TOKEN).isPresent() ? Trust.OWNER : Trust.MUST_BE_NAMED;
  }

  @Override
  public TaskQueue open(Values values, Desk desk) {
    GitHubNames names = GitHubNames.from(values);
    Optional<Secret> token = values.find(TOKEN);
    Secret secret = token.orElseGet(() -> Secret.of(keyText(values)));
    Pace pace = Pace.shared(names.api().toString(), secret, rate);
    GitHubWire wire =
        new GitHubWire(new HttpApi("GitHub", HttpApi.client(call), pace), pace, desk.clock());
    Access access =
        token.isPresent()
            ? new PersonalAccess(secret, names)
            : new AppAccess(
                values.get(APP), AppKey.parse(secret.reveal()), names, wire, desk.clock());
    return new GitHubQueue(new GitHubClient(wire, access, names, desk.clock()), lag);
  }

  private static String keyText(Values values) {
    KeyFile key = key(values);
    return key.text()
        .orElseThrow(() -> new IllegalStateException(key.problem().orElse("no private key")));
  }
}
