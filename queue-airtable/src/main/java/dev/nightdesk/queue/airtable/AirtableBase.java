package dev.nightdesk.queue.airtable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** What is to be known of the base and of the token's user. For any thread. */
final class AirtableBase {
  private final AirtableCalls calls;
  private final Names names;
  private volatile @Nullable Layout known;
  private volatile @Nullable String me;

  /** Something that needs the layout. */
  interface Work<T> {
    T with(Layout layout) throws QueueException, InterruptedException, StaleLayoutException;
  }

  AirtableBase(AirtableCalls calls, Names names) {
    this.calls = calls;
    this.names = names;
  }

  Names names() {
    return names;
  }

  /** Does something with the layout; once more with a new one, where it has changed. */
  <T> T with(Work<T> work) throws QueueException, InterruptedException {
    try {
      return work.with(layout());
    } catch (StaleLayoutException changed) {
      known = null;
      return again(work);
    }
  }

  private <T> T again(Work<T> work) throws QueueException, InterruptedException {
    try {
      return work.with(layout());
    } catch (StaleLayoutException still) {
      known = null;
      throw QueueException.fixSettings(
          "Airtable does not find what its own schema names: %s.".formatted(still.getMessage()));
    }
  }

  private Layout layout() throws QueueException, InterruptedException {
    Layout now = known;
    if (now == null) {
      now = Survey.of(names, schema()).layout();
      known = now;
    }
    return now;
  }

  /** Reads the schema again before it is needed next. */
  void forget() {
    known = null;
  }

  JsonNode schema() throws QueueException, InterruptedException {
    Answer answer = calls.get(calls.url("meta", "bases", names.base(), "tables"));
    return AirtableCalls.good(answer, "to show the base's tables").json();
  }

  /** What the token's user may do in the base, as the service calls it; empty = not visible. */
  Optional<String> permission() throws QueueException, InterruptedException {
    List<JsonNode> all = new ArrayList<>();
    Offsets offsets = new Offsets();
    do {
      HttpUrl.Builder url = offsets.on(calls.url("meta", "bases"));
      JsonNode page = AirtableCalls.good(calls.get(url), "to list the token's bases").json();
      Json.list(page, "bases").forEach(all::add);
      offsets.next(page);
    } while (offsets.more());
    return all.stream()
        .filter(base -> names.base().equals(base.path("id").asText()))
        .findFirst()
        .flatMap(base -> Json.find(base, "permissionLevel"));
  }

  /** The id of the token's own user. */
  String me() throws QueueException, InterruptedException {
    String id = me;
    if (id == null) {
      Answer answer = calls.get(calls.url("meta", "whoami"));
      id = Json.text(AirtableCalls.good(answer, "to say whose the token is").json(), "id");
      me = id;
    }
    return id;
  }
}
