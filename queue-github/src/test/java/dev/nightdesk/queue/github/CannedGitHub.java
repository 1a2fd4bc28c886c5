package dev.nightdesk.queue.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.testkit.CannedService;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.Exchange.Request;
import dev.nightdesk.toolkit.http.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A repository on a GitHub that keeps what it is told and refuses what GitHub refuses. */
final class CannedGitHub extends CannedService {
  /** How all tokens begin. */
  static final String TOKEN = "github_pat_11CANNED0token";

  static final String OWNER = "octo";
  static final String NAME = "desk";
  static final String BASE = "/repos/" + OWNER + "/" + NAME;
  static final long OWN = 100;
  private static final Set<String> LISTING =
      Set.of("state", "labels", "sort", "direction", "since", "per_page", "page", "after");

  private static final AtomicInteger TOKENS = new AtomicInteger();

  /** Another one's may have been used at this very port a moment ago, and have to wait there. */
  private final String token = TOKEN + TOKENS.incrementAndGet();

  final CannedIssues issues = new CannedIssues(this);
  final CannedApp app = new CannedApp();

  /** Logins and ids of people, and what they may do here. */
  final Map<String, String> permissions = new ConcurrentHashMap<>();

  final Map<String, Long> ids = new ConcurrentHashMap<>();
  final ObjectNode repository = Json.object();

  /** How long a listing does not show what was written. */
  volatile Duration trail = Duration.ZERO;

  /** Answers that count for the hourly limit: GitHub gives away those that nothing changed. */
  private int counted;

  volatile String scopes = "repo, gist";

  /** Whether the token's user may change labels. */
  volatile boolean triage = true;

  CannedGitHub() throws IOException {
    super("github");
    ids.put("worker", OWN);
    ids.put("ann", 7L);
    permissions.put("worker", "write");
    repository.put("id", 1).put("full_name", OWNER + "/" + NAME).put("has_issues", true);
    repository.putObject("permissions").put("push", true).put("triage", true).put("pull", true);
  }

  /** That of the worker. */
  String token() {
    return token;
  }

  @Override
  protected synchronized Reply answer(Request request) throws Exception {
    Reply reply = conditional(request, route(request));
    counted += reply.status() == 304 ? 0 : 1;
    return reply
        .with("x-ratelimit-limit", "5000")
        .with("x-ratelimit-remaining", "4999")
        .with("github-authentication-token-expiration", "2027-01-01 00:00:00 UTC")
        .with("x-oauth-scopes", scopes);
  }

  synchronized int counted() {
    return counted;
  }

  private static Reply conditional(Request request, Reply reply) {
    if (!request.method().equals("GET") || reply.status() != 200) {
      return reply;
    }
    // Of the body alone, so that a full last page stays the same when another comes after it.
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    String tag = "\"" + UUID.nameUUIDFromBytes(body) + "\"";
    return request.header("If-None-Match").filter(tag::equals).isPresent()
        ? Reply.of(304, "").with("ETag", tag)
        : reply.with("ETag", tag);
  }

  private Reply route(Request request) throws Exception {
    if (request.header("User-Agent").isEmpty()
        || !request.header("Accept").orElse("").equals("application/vnd.github+json")
        || !request.header("X-GitHub-Api-Version").orElse("").equals("2022-11-28")) {
      return error(400, "Bad headers");
    }
    String bearer = request.header("Authorization").orElse("").replaceFirst("^(Bearer|token) ", "");
    Optional<Reply> asApp = app.answer(request, bearer);
    if (asApp.isPresent()) {
      return asApp.get();
    }
    if (!bearer.equals(token) && !app.accepts(bearer)) {
      return error(401, "Bad credentials");
    }
    List<String> parts = request.parts();
    if (request.path().equals("/user")) {
      return app.accepts(bearer)
          ? error(403, "Resource not accessible by integration")
          : Reply.of(user("worker"));
    }
    if (parts.getFirst().equals("users")) {
      return Reply.of(user(parts.get(1)));
    }
    if (parts.size() < 3 || !request.path().startsWith(BASE)) {
      return error(404, "Not Found");
    }
    return inRepository(request, parts.subList(3, parts.size()), writer(bearer));
  }

  private String writer(String bearer) {
    return bearer.equals(token) ? "worker" : CannedApp.LOGIN;
  }

  private Reply inRepository(Request request, List<String> parts, String writer) throws Exception {
    if (parts.isEmpty()) {
      return Reply.of(repository);
    }
    return switch (parts.getFirst()) {
      case "collaborators" -> permission(parts.get(1));
      case "labels" -> page(request, issues.labels(), label -> label);
      case "issues" -> issues.answer(request, parts, writer);
      default -> error(404, "Not Found");
    };
  }

  private Reply permission(String login) {
    if (!ids.containsKey(login)) {
      return error(404, login + " is not a user");
    }
    ObjectNode found = Json.object();
    found.put("permission", permissions.getOrDefault(login, "none"));
    found.set("user", user(login));
    return Reply.of(found);
  }

  /** As GitHub says it: "collaborator" of everybody who was let in, whatever they may do. */
  String association(JsonNode user) {
    String permission = permissions.getOrDefault(user.path("login").asText(), "none");
    return permission.equals("none") ? "NONE" : "COLLABORATOR";
  }

  ObjectNode user(String login) {
    boolean bot = login.endsWith("[bot]");
    return Json.object()
        .put("login", login)
        .put("id", ids.computeIfAbsent(login, absent -> 1000L + ids.size()))
        .put("type", bot ? "Bot" : "User");
  }

  static Reply error(int status, String message) {
    return Reply.of(status, Json.object().put("message", message).toString());
  }

  /** A page as GitHub gives it: by number at first, and by an opaque cursor further on. */
  <T> Reply page(Request request, List<T> listed, Function<T, JsonNode> shown) {
    if (!LISTING.containsAll(request.query().keySet())) {
      return error(422, "Unknown parameter");
    }
    int size = request.asked("per_page").map(Integer::parseInt).orElse(30);
    if (size > 100) {
      return error(422, "per_page is too large");
    }
    if (request.asked("page").map(Integer::parseInt).orElse(1) > 1) {
      return error(
          422,
          "Pagination with the page parameter is not supported for large datasets, please use"
              + " cursor based pagination (after/before)");
    }
    int from = request.asked("after").map(Integer::parseInt).orElse(0);
    ArrayNode page = Json.array();
    listed
        .subList(Math.min(from, listed.size()), Math.min(from + size, listed.size()))
        .forEach(one -> page.add(shown.apply(one)));
    Reply reply = Reply.of(page);
    return from + size >= listed.size() ? reply : reply.with("Link", link(request, from + size));
  }

  private String link(Request request, int after) {
    StringBuilder query = new StringBuilder();
    request
        .query()
        .forEach((name, values) -> {
          if (!name.equals("after")) {
            query.append(name).append('=').append(encoded(values.getFirst())).append('&');
          }
        });
    String base = "<http://" + request.header("Host").orElseThrow() + request.path() + "?" + query;
    return base + "after=" + after + ">; rel=\"next\", " + base + "after=999999>; rel=\"last\"";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Whether a listing shows already what was written at this time. */
  boolean shows(Instant written) {
    return !written.isAfter(Instant.now().minus(trail));
  }
}
