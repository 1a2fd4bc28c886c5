package dev.nightdesk.queue.todoist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.HttpApi;
import dev.nightdesk.toolkit.http.Json;
import dev.nightdesk.toolkit.http.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.Request;

/** The requests. */
final class TodoistClient implements AutoCloseable {
  /** The largest that Todoist allows. */
  static final int PAGE = 200;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final String TASK = "task_id";
  private static final String GONE = "Todoist does not have the task any more.";
  private static final Duration FOR_ALL = Duration.ofMinutes(1);

  private final HttpApi api;
  private final HttpUrl base;
  private final Secret token;
  private final Pace pace;

  /**
   * What changed in the whole account.
   *
   * @param token where the next changes begin
   * @param full whether it is not what changed, but all there is
   */
  record Changes(String token, boolean full, List<JsonNode> items, List<JsonNode> notes) {
    Changes {
      items = List.copyOf(items);
      notes = List.copyOf(notes);
    }
  }

  /**
   * A change.
   *
   * @param uuid one that Todoist has seen before has no effect
   * @param tempId what a new thing is called until Todoist says its id
   */
  record Command(String type, String uuid, Optional<String> tempId, ObjectNode args) {}

  TodoistClient(HttpApi api, HttpUrl base, Secret token, Pace pace) {
    this.api = api;
    this.base = base;
    this.token = token;
    this.pace = pace;
  }

  /** The token's user. */
  JsonNode user() throws QueueException, InterruptedException {
    return good(get(url("user"))).json();
  }

  /** A task as it is now, closed or not; empty = there is none, or it is not ours to see. */
  Optional<JsonNode> item(String id) throws QueueException, InterruptedException {
    if (!ID.matcher(id).matches()) {
      return Optional.empty();
    }
    Answer answer = get(url("tasks", id));
    if (Faults.isNothing(answer)) {
      return Optional.empty();
    }
    if (answer.status() == 403 && Faults.isFromTodoist(answer)) {
      user(); // Only where the token is good is it the task that is out of reach.
      return Optional.empty();
    }
    return Optional.of(good(answer).json());
  }

  /** Everything on all pages of a listing. */
  List<JsonNode> list(String path, Map<String, String> query)
      throws QueueException, InterruptedException {
    HttpUrl.Builder first = url(path).newBuilder();
    query.forEach(first::addQueryParameter);
    HttpUrl url = first.addQueryParameter("limit", Integer.toString(PAGE)).build();
    Optional<List<JsonNode>> all = pages(url);
    if (all.isEmpty()) {
      all = pages(url);
    }
    return all.orElseThrow(
        () -> QueueException.retryLater("Todoist lost its place in a long list, twice."));
  }

  /** All comments on a task. */
  List<JsonNode> comments(String task) throws QueueException, InterruptedException {
    if (!ID.matcher(task).matches()) {
      throw QueueException.gone(GONE);
    }
    return list("comments", Map.of(TASK, task));
  }

  /** Empty where the cursor ran out on the way. */
  private Optional<List<JsonNode>> pages(HttpUrl first)
      throws QueueException, InterruptedException {
    List<JsonNode> all = new ArrayList<>();
    Set<String> cursors = new HashSet<>();
    HttpUrl url = first;
    while (true) {
      Answer answer = get(url);
      if (!cursors.isEmpty() && answer.status() == 400) {
        return Optional.empty();
      }
      if (Faults.isNothing(answer) && first.queryParameter(TASK) != null) {
        throw QueueException.gone(GONE);
      }
      JsonNode page = good(answer).json();
      Json.list(page, "results").forEach(all::add);
      Optional<String> next = Json.find(page, "next_cursor");
      if (next.isEmpty()) {
        end(page);
        return Optional.of(all);
      }
      if (!cursors.add(next.get())) {
        throw QueueException.retryLater("Todoist gave the same page of a list twice.");
      }
      url = first.newBuilder().addQueryParameter("cursor", next.get()).build();
    }
  }

  /** Only where it says that there is no further page was this the last one. */
  private static void end(JsonNode page) throws QueueException {
    JsonNode next = page.get("next_cursor");
    if (next == null || !next.isNull()) {
      throw QueueException.retryLater("Todoist's answer lacks \"next_cursor\".");
    }
  }

  /** Where changes begin from now on, without asking for all there is in the account. */
  String newToken() throws QueueException, InterruptedException {
    return Json.text(read("*", "user"), "sync_token");
  }

  /** What changed since; empty where Todoist does not know the token any more. */
  Optional<Changes> changes(String since) throws QueueException, InterruptedException {
    Answer answer = sync(since, "items", "notes");
    if (answer.status() == 400 && Faults.isFromTodoist(answer)) {
      return Optional.empty();
    }
    JsonNode read = good(answer).json();
    if (!read.path("full_sync").isBoolean()) {
      throw QueueException.retryLater("Todoist's answer lacks \"full_sync\".");
    }
    return Optional.of(
        new Changes(
            Json.text(read, "sync_token"),
            read.path("full_sync").booleanValue(),
            changed(read, "items"),
            changed(read, "notes")));
  }

  /** A kind of which nothing changed may be left out. */
  private static List<JsonNode> changed(JsonNode read, String kind) throws QueueException {
    return read.has(kind) ? all(Json.list(read, kind)) : List.of();
  }

  private static List<JsonNode> all(ArrayNode list) {
    List<JsonNode> all = new ArrayList<>();
    list.forEach(all::add);
    return all;
  }

  /** Everything of one kind, e.g. {@code collaborator_states}. */
  List<JsonNode> everything(String kind) throws QueueException, InterruptedException {
    return all(Json.list(read("*", kind), kind));
  }

  private JsonNode read(String since, String... kinds) throws QueueException, InterruptedException {
    return good(sync(since, kinds)).json();
  }

  private Answer sync(String since, String... kinds) throws QueueException, InterruptedException {
    ArrayNode types = Json.array();
    for (String kind : kinds) {
      types.add(kind);
    }
    return post("sync_token", since, "resource_types", types.toString());
  }

  /**
   * Makes one change.
   *
   * @return the id of what was made, where Todoist says it
   */
  Optional<String> run(Command command) throws QueueException, InterruptedException {
    ObjectNode sent = Json.object().put("type", command.type()).put("uuid", command.uuid());
    command.tempId().ifPresent(id -> sent.put("temp_id", id));
    sent.set("args", command.args());
    JsonNode read = good(post("commands", Json.array().add(sent).toString())).json();
    JsonNode status = read.path("sync_status").path(command.uuid());
    if (status.isObject()) {
      throw Faults.ofCommand(status);
    }
    if (!status.asText().equals("ok")) {
      throw QueueException.retryLater("Todoist does not say what became of a change.");
    }
    return command.tempId().flatMap(id -> Json.find(read.path("temp_id_mapping"), id));
  }

  /** What Todoist cannot store, or what no encoding can say, becomes a replacement character. */
  static String storable(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> {
          boolean half = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
          return point == 0 || half ? '\uFFFD' : point;
        })
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private HttpUrl url(String... segments) {
    HttpUrl.Builder url = base.newBuilder();
    for (String segment : segments) {
      url.addPathSegment(segment);
    }
    return url.build();
  }

  private Answer get(HttpUrl url) throws QueueException, InterruptedException {
    return send(request(url).build());
  }

  private Answer post(String... form) throws QueueException, InterruptedException {
    FormBody.Builder body = new FormBody.Builder();
    for (int i = 0; i < form.length; i += 2) {
      body.add(form[i], form[i + 1]);
    }
    return send(request(url("sync")).post(body.build()).build());
  }

  private Request.Builder request(HttpUrl url) {
    return new Request.Builder()
        .url(url)
        .header("Authorization", "Bearer " + token.reveal())
        .header("User-Agent", "nightdesk");
  }

  private Answer send(Request request) throws QueueException, InterruptedException {
    Answer answer = api.send(request);
    if (Faults.isTooMuch(answer)) {
      pace.pause(Faults.of(answer).after().orElse(FOR_ALL));
    }
    return answer;
  }

  private static Answer good(Answer answer) throws QueueException {
    if (answer.isGood()) {
      return answer;
    }
    throw Faults.of(answer);
  }

  @Override
  public void close() {
    api.close();
  }
}
