package dev.nightdesk.queue.github;

import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.HttpUrl;
import org.kohsuke.github.GHApp;
import org.kohsuke.github.GHAppInstallationToken;
import org.kohsuke.github.GHPermissionType;
import org.kohsuke.github.GitHub;

/** A GitHub App's installation: its token lives an hour and is replaced before it ends. */
final class AppAccess implements Access {
  private static final Duration EARLY = Duration.ofMinutes(5);

  private final GitHubNames names;
  private final GitHubLibrary library;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<Token> current = Optional.empty();
  private Optional<GHApp> self = Optional.empty();

  private record Token(String text, Instant ends) {}

  AppAccess(String app, AppKey key, GitHubNames names, GitHubWire wire, InstantSource clock) {
    this.names = names;
    this.library =
        new GitHubLibrary(
            request -> wire.send(request.newBuilder(), key.proof(app, clock.instant())), names);
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
      return names.path("users", app().getSlug() + "[bot]").build();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String advice() {
    return "Check GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE, and this machine's clock.";
  }

  private GHApp app() throws QueueException, InterruptedException {
    if (self.isEmpty()) {
      self = Optional.of(library.call(GitHub::getApp, this::refused));
    }
    return self.get();
  }

  private Token fresh() throws QueueException, InterruptedException {
    GHApp app = app();
    return library.call(
        github -> {
          GHAppInstallationToken token =
              app.getInstallationByRepository(names.owner(), names.repository())
                  .createToken()
                  .permissions(
                      Map.of("issues", GHPermissionType.WRITE, "metadata", GHPermissionType.READ))
                  .repositories(List.of(names.repository()))
                  .create();
          return new Token(
              Objects.requireNonNull(token.getToken()), token.getExpiresAt().toInstant());
        },
        this::refused);
  }

  private QueueException refused(Answer answer) {
    return switch (answer.status()) {
      case 401 -> QueueException.fixSettings("GitHub refuses the App's key. " + advice());
      case 404 ->
          QueueException.fixSettings(
              "The GitHub App is not installed on %s: install it there, on the App's page."
                  .formatted(names.called()));
      case 422, 403 ->
          QueueException.fixSettings(
              "The GitHub App may not write issues of %s: give it the permission Issues: Read and"
                      .formatted(names.called())
                  + " write, and accept the change where it is installed.");
      default -> GitHubFaults.refused(answer, names);
    };
  }
}
