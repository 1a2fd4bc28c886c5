package dev.nightdesk.queue.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;

/** Requests to one repository. For any thread. */
final class GitHubClient implements AutoCloseable {
  static final int PAGE = 100;
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;[^<]*?rel=\"?next\"?");

  private final GitHubWire wire;
  private final Access access;
  private final GitHubNames names;
  private final InstantSource clock;
  private final Remembered remembered = new Remembered();
  private final GitHubLibrary library;

  /**
   * A page of a listing.
   *
   * @param items its objects
   * @param next where it goes on
   * @param time when GitHub made it
   */
  record Page(List<JsonNode> items, Optional<HttpUrl> next, Instant time) {
    Page {
      items = List.copyOf(items);
    }
  }

  GitHubClient(GitHubWire wire, Access access, GitHubNames names, InstantSource clock) {
    this.wire = wire;
    this.access = access;
    this.names = names;
    this.clock = clock;
    this.library = new GitHubLibrary(request -> send(request.newBuilder()), names);
  }

  GitHubNames names() {
    return names;
  }

  Access access() {
    return access;
  }

  InstantSource clock() {
    return clock;
  }

  GitHubLibrary library() {
    return library;
  }

  /** Reads; what did not change since the last time costs nothing of the hourly limit. */
  Answer get(HttpUrl url) throws QueueException, InterruptedException {
    Optional<Answer> before = remembered.find(url);
    Request.Builder request = new Request.Builder().url(url);
    before
        .flatMap(answer -> Optional.ofNullable(answer.headers().get("ETag")))
        .ifPresent(tag -> request.header("If-None-Match", tag));
    Answer answer = send(request);
    if (answer.status() == 304 && before.isPresent()) {
      return updated(before.get(), answer);
    }
    remembered.keep(url, answer);
    return answer;
  }

  /** The same words, with what is said of them today. */
  private static Answer updated(Answer old, Answer now) {
    Headers.Builder headers = old.headers().newBuilder();
    now.headers().names().forEach(headers::removeAll);
    headers.addAll(now.headers());
    return new Answer(old.service(), old.status(), headers.build(), old.body());
  }

  Answer delete(HttpUrl url) throws QueueException, InterruptedException {
    return send(new Request.Builder().url(url).delete());
  }

  private Answer send(Request.Builder request) throws QueueException, InterruptedException {
    String token = access.token();
    Answer answer = wire.send(request, token);
    if (answer.status() == 401 && access.renews(token)) {
      // A refused request changed nothing, so it may be sent again.
      answer = wire.send(request, access.token());
    }
    if (answer.status() == 401) {
      throw QueueException.fixSettings("GitHub refuses the token. " + access.advice());
    }
    return answer;
  }

  /** Reads a page of a listing of the repository. */
  Page page(HttpUrl url) throws QueueException, InterruptedException {
    return page(url, get(url));
  }

  /** As {@link #page}, for pages that are too many to be remembered. */
  Page pageOfMany(HttpUrl url) throws QueueException, InterruptedException {
    return page(url, send(new Request.Builder().url(url)));
  }

  private Page page(HttpUrl url, Answer answer) throws QueueException {
    if (!answer.isGood()) {
      throw GitHubFaults.refused(answer, names);
    }
    if (!(answer.json() instanceof ArrayNode list)) {
      throw QueueException.retryLater("GitHub answered with something that is no listing.");
    }
    List<JsonNode> items = new ArrayList<>();
    list.forEach(items::add);
    Optional<HttpUrl> next = next(answer);
    if (items.size() >= PAGE && next.isEmpty()) {
      // Its words would be the same when another page has come after it.
      remembered.forget(url);
    }
    return new Page(items, next, GitHubFaults.time(answer, clock.instant()));
  }

  private Optional<HttpUrl> next(Answer answer) throws QueueException {
    for (String link : answer.headers().values("Link")) {
      Matcher found = NEXT.matcher(link);
      if (found.find()) {
        return Optional.of(names.served(found.group(1)));
      }
    }
    return Optional.empty();
  }

  /** All pages of a listing that belongs to one issue; empty = there is no such issue. */
  Optional<List<JsonNode>> list(HttpUrl first) throws QueueException, InterruptedException {
    List<JsonNode> all = new ArrayList<>();
    Optional<HttpUrl> next = Optional.of(first);
    while (next.isPresent()) {
      Optional<Answer> answer = find(next.get());
      if (answer.isEmpty()) {
        return Optional.empty();
      }
      Page page = page(next.get(), answer.get());
      all.addAll(page.items());
      next = page.next();
    }
    return Optional.of(all);
  }

  /** Reads what belongs to one issue; empty = there is no such issue in the repository. */
  Optional<Answer> find(HttpUrl url) throws QueueException, InterruptedException {
    Answer answer = get(url);
    if (GitHubFaults.isMissing(answer)) {
      repository();
      return Optional.empty();
    }
    if (!answer.isGood()) {
      throw GitHubFaults.refused(answer, names);
    }
    return Optional.of(answer);
  }

  /**
   * The repository. Where it is out of reach, its issues look deleted, and they are not.
   *
   * @throws QueueException where it is
   */
  Answer repository() throws QueueException, InterruptedException {
    Answer answer = get(names.in().build());
    if (!answer.isGood()) {
      throw GitHubFaults.refused(answer, names);
    }
    return answer;
  }

  @Override
  public void close() {
    wire.close();
  }
}
