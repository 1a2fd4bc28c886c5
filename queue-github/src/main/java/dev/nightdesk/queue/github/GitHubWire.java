package dev.nightdesk.queue.github;

import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.HttpApi;
import dev.nightdesk.toolkit.http.Pace;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Request;

/** Sends requests, and heeds it when GitHub says that they are too many. For any thread. */
final class GitHubWire implements AutoCloseable {
  /** The last version that every GitHub Enterprise Server knows too. */
  private static final String VERSION = "2022-11-28";

  /** GitHub asks for at least a minute where it does not say how long, and more each time. */
  private static final Duration UNSAID = Duration.ofMinutes(1);

  private static final int MOST_DOUBLINGS = 6;

  private final HttpApi http;
  private final Pace pace;
  private final InstantSource clock;
  private final AtomicInteger unsaid = new AtomicInteger();

  GitHubWire(HttpApi http, Pace pace, InstantSource clock) {
    this.http = http;
    this.pace = pace;
    this.clock = clock;
  }

  /**
   * Sends a request with a token.
   *
   * @throws QueueException to try again later, where GitHub is away, broken or over a limit
   */
  Answer send(Request.Builder request, String token) throws QueueException, InterruptedException {
    Answer answer =
        http.send(
            request
                .header("Accept", "application/vnd.github+json")
                .header("X-GitHub-Api-Version", VERSION)
                .header("User-Agent", "nightdesk")
                .header("Authorization", "Bearer " + token)
                .build());
    if (answer.status() >= 500) {
      throw answer
          .retryAfter()
          .map(wait -> QueueException.retryAfter(wait, broken(answer)))
          .orElseGet(() -> QueueException.retryLater(broken(answer)));
    }
    if (GitHubFaults.isLimit(answer)) {
      throw limited(answer);
    }
    if (answer.status() < 400) {
      unsaid.set(0);
    }
    return answer;
  }

  private static String broken(Answer answer) {
    return "GitHub is in trouble: it answered with status " + answer.status() + ".";
  }

  private QueueException limited(Answer answer) {
    Optional<Duration> said = GitHubFaults.wait(answer, clock.instant());
    Duration wait =
        said.orElseGet(
            () -> UNSAID.multipliedBy(1L << Math.min(unsaid.getAndIncrement(), MOST_DOUBLINGS)));
    pace.pause(wait);
    return QueueException.retryAfter(
        wait, "GitHub asked for fewer calls; going on in " + Math.max(1, wait.toSeconds()) + " s.");
  }

  @Override
  public void close() {
    http.close();
  }
}
