package dev.nightdesk.queue.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;

/** A GitHub App's installation: its token lives an hour and is replaced before it ends. */
final class AppAccess implements Access {
  private static final Duration EARLY = Duration.ofMinutes(5);

  private final String app;
  private final AppKey key;
  private final GitHubNames names;
  private final GitHubWire wire;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<Token> current = Optional.empty();
  private Optional<String> slug = Optional.empty();

  private record Token(String text, Instant ends) {}

  AppAccess(String app, AppKey key, GitHubNames names, GitHubWire wire, InstantSource clock) {
    this.app = app;
    this.key = key;
    this.names = names;
    this.wire = wire;
    this.clock = clock;
  }

  @Override
  public String token() throws QueueException, InterruptedException {
    lock.lockInterruptibly();
    try {
      Optional<Token> good =
          current.filter(token -> token.ends().isAfter(clock.instant().plus(EARLY)));
      Token token = good.isPresent() ? good.get() : fresh();
      current = Optional.of(token);
      return token.text();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean renews(String refused) {
    lock.lock();
    try {
      current = current.filter(token -> !token.text().equals(refused));
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public HttpUrl self() throws QueueException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (slug.isEmpty()) {
        slug = Optional.of(Json.text(asApp(get(names.path("app").build())), "slug"));
      }
      return names.path("users", slug.get() + "[bot]").build();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String advice() {
    return "Check GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE, and this machine's clock.";
  }

  private Token fresh() throws QueueException, InterruptedException {
    JsonNode installation = asApp(get(names.in("installation").build()));
    ObjectNode wanted = Json.object();
    wanted.putArray("repositories").add(names.repository());
    wanted.putObject("permissions").put("issues", "write").put("metadata", "read");
    HttpUrl url =
        names.path("app", "installations", Json.text(installation, "id"), "access_tokens").build();
    JsonNode token =
        asApp(
            new Request.Builder()
                .url(url)
                .post(RequestBody.create(wanted.toString(), MediaType.get("application/json"))));
    Instant ends =
        Json.time(token, "expires_at").orElseGet(() -> clock.instant().plus(EARLY.multipliedBy(2)));
    return new Token(Json.text(token, "token"), ends);
  }

  private static Request.Builder get(HttpUrl url) {
    return new Request.Builder().url(url);
  }

  private JsonNode asApp(Request.Builder request) throws QueueException, InterruptedException {
    Answer answer = wire.send(request, key.proof(app, clock.instant()));
    return switch (answer.status()) {
      case 200, 201 -> answer.json();
      case 401 -> throw QueueException.fixSettings("GitHub refuses the App's key. " + advice());
      case 404 ->
          throw QueueException.fixSettings(
              "The GitHub App is not installed on %s: install it there, on the App's page."
                  .formatted(names.called()));
      case 422, 403 ->
          throw QueueException.fixSettings(
              "The GitHub App may not write issues of %s: give it the permission Issues: Read and"
                      .formatted(names.called())
                  + " write, and accept the change where it is installed.");
      default -> throw GitHubFaults.refused(answer, names);
    };
  }
}
