package dev.nightdesk.queue.todoist;

import static dev.nightdesk.spi.QueueException.Kind.FIX_SETTINGS;
import static dev.nightdesk.spi.QueueException.Kind.GONE;
import static dev.nightdesk.spi.QueueException.Kind.RETRY_LATER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.toolkit.http.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever Todoist says, it is sorted by what to do, and never read as "no tasks". */
class TodoistFaultsTest extends TodoistStage {

  private QueueException poll(QueueException.Kind kind) {
    return fails(kind, () -> queue.poll(Optional.empty()));
  }

  @Test
  void waitsAsLongAsTheHeaderSays() {
    answers("", CannedTodoist.error(429, "LIMITS_REACHED").with("Retry-After", "7"));
    assertThat(poll(RETRY_LATER).after()).contains(Duration.ofSeconds(7));
  }

  @Test
  void waitsAsLongAsTheBodySays() {
    answers("", CannedTodoist.error(429, "LIMITS_REACHED"));
    assertThat(poll(RETRY_LATER).after()).contains(Duration.ofSeconds(1280));
  }

  @Test
  void waitsAMinuteWhereNobodySaysHowLong() {
    answers("", Reply.of(429, ""));
    assertThat(poll(RETRY_LATER).after()).contains(Duration.ofMinutes(1));
  }

  @Test
  void makesNoCallInAStorm() {
    answers("", Reply.of(429, "<html>slow down</html>"));
    poll(RETRY_LATER);
    todoist.asUsual();
    todoist.forget();
    for (int i = 0; i < 20; i++) {
      assertThat(poll(RETRY_LATER).after()).isPresent();
    }
    assertThat(todoist.requests()).isEmpty();
  }

  @Test
  void asksForAnotherTokenThoughTheRefusalSpeaksOfRetrying() {
    QueueException failure =
        fails(
            FIX_SETTINGS, () -> another("TODOIST_API_TOKEN", "not-a-token").poll(Optional.empty()));
    assertThat(failure.getMessage())
        .contains("TODOIST_API_TOKEN")
        .contains("Integrations, Developer")
        .doesNotContain("not-a-token");
    assertThat(failure.after()).isEmpty();
  }

  @Test
  void asksForRightsWhereTodoistForbids() {
    answers("projects", CannedTodoist.error(403, "FORBIDDEN"));
    assertThat(poll(FIX_SETTINGS).getMessage()).contains("TODOIST_PROJECT");
  }

  @Test
  void blamesNoSettingForAPageOfSomethingOnTheWay() {
    answers("", Reply.of(403, "<html>who are you</html>"));
    poll(RETRY_LATER);
  }

  @Test
  void saysThatTheVersionOfTheApiIsClosed() {
    String old = "http://127.0.0.1:" + todoist.address().getPort() + "/rest/v2";
    assertThat(
            fails(FIX_SETTINGS, () -> another("TODOIST_API_URL", old).poll(Optional.empty()))
                .getMessage())
        .contains("TODOIST_API_URL");
  }

  @Test
  void goesNowhereElseWithItsToken() {
    answers("", Reply.of(302, "").with("Location", "http://127.0.0.1:1/api/v1/user"));
    assertThat(poll(FIX_SETTINGS).getMessage()).contains("TODOIST_API_URL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "[]",
        "null",
        "<html></html>",
        "{\"results\":[],\"next",
        "{\"results\":[]}",
        "{\"results\":[],\"next_cursor\":7.5}",
        "{\"results\":[{}],\"next_cursor\":null}",
        "{\"results\":{},\"next_cursor\":null}",
        "{\"results\":[{\"id\":\"6a\"}],\"next_cursor\":null}"
      })
  void neverTakesNonsenseForAnEmptyList(String body) throws Exception {
    puts("there");
    queue.poll(Optional.empty());
    answers("tasks", Reply.of(200, body));
    poll(RETRY_LATER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"sync_token\":\"sync-1\"}",
        "{\"full_sync\":false}",
        "{\"sync_token\":\"sync-1\",\"full_sync\":false,\"items\":{}}",
        "{\"sync_token\":\"sync-1\",\"full_sync\":false,\"items\":[{}]}",
        "<html></html>"
      })
  void neverTakesNonsenseForNoChange(String body) throws Exception {
    Optional<String> cursor = queue.poll(Optional.empty()).cursor();
    answers("sync", Reply.of(200, body));
    fails(RETRY_LATER, () -> queue.poll(cursor));
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 400, 403})
  void takesOnlyTodoistsOwnWordForATaskThatIsGone(int status) throws Exception {
    String id = puts("there");
    queue.poll(Optional.empty());
    answers("tasks/", Reply.of(status, "<html>nothing here</html>"));
    fails(RETRY_LATER, () -> queue.find(id));
    answers("tasks/", CannedTodoist.error(status, "NOT_FOUND"));
    assertThat(queue.find(id)).isEmpty();
  }

  @Test
  void doesNotTakeALostTokenForATaskThatIsOutOfReach() throws Exception {
    String id = puts("there");
    queue.poll(Optional.empty());
    todoist.instead(request ->
        Optional.of(CannedTodoist.error(request.path().endsWith("user") ? 401 : 403, "NO")));
    fails(FIX_SETTINGS, () -> queue.find(id));
  }

  private static Reply command(String uuid, int code, String tag) {
    ObjectNode reply = Json.object();
    reply
        .putObject("sync_status")
        .putObject(uuid)
        .put("error", "No")
        .put("error_tag", tag)
        .put("http_code", code);
    return Reply.of(reply);
  }

  private void refuses(int code, String tag) {
    todoist.instead(request ->
        request.body().startsWith("commands")
            ? Optional.of(command(uuid(request.body()), code, tag))
            : Optional.empty());
  }

  private static String uuid(String body) {
    String decoded = java.net.URLDecoder.decode(body, java.nio.charset.StandardCharsets.UTF_8);
    return decoded.replaceAll("(?s).*\"uuid\":\"([^\"]+)\".*", "$1");
  }

  @Test
  void seesACommandFailThoughTheStatusIsGood() throws Exception {
    String id = puts("to do");
    List<dev.nightdesk.spi.Entry> entries = List.of(note("a"));
    refuses(404, "ITEM_NOT_FOUND");
    fails(GONE, () -> queue.deliver(id, entries));
    refuses(403, "FORBIDDEN");
    fails(FIX_SETTINGS, () -> queue.deliver(id, entries));
    refuses(403, "MAX_ITEMS_LIMIT_REACHED");
    assertThat(fails(FIX_SETTINGS, () -> queue.deliver(id, entries)).getMessage())
        .contains("plan", "MAX_ITEMS_LIMIT_REACHED");
    refuses(500, "INTERNAL");
    fails(RETRY_LATER, () -> queue.deliver(id, entries));
    refuses(429, "LIMITS_REACHED");
    assertThat(fails(RETRY_LATER, () -> queue.deliver(id, entries)).after()).isPresent();
    todoist.instead(request ->
        request.body().startsWith("commands")
            ? Optional.of(Reply.of(200, "{}"))
            : Optional.empty());
    fails(RETRY_LATER, () -> queue.deliver(id, entries));
    fails(RETRY_LATER, () -> queue.deliver(id, List.of(move("b", Standing.HELD))));
  }

  @Test
  void saysNothingOfTheTokenAnywhere() throws Exception {
    puts("there");
    queue.poll(Optional.empty());
    assertThat(todoist.requests())
        .noneMatch(request ->
            (request.path() + request.query() + request.body()).contains(CannedTodoist.TOKEN));
    assertThat(todoist.refusals()).isEmpty();
  }
}
