package dev.nightdesk.queue.airtable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.queue.airtable.Rows.Row;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;

/** The requests for records and comments. For any thread. */
final class AirtableClient {
  private static final int PAGE = 100;

  /** The service takes 16,000 characters. */
  private static final int LONGEST_URL = 15_000;

  private static final int RESTARTS = 3;

  private final AirtableCalls calls;
  private final AirtableBase base;

  /**
   * Records that were listed.
   *
   * @param rows each once
   * @param at the service's time when it began to answer
   */
  record Listing(List<Row> rows, Optional<Instant> at) {
    Listing {
      rows = List.copyOf(rows);
    }
  }

  /** Says which comments are enough. */
  interface Enough {
    boolean are(List<JsonNode> newest) throws QueueException;
  }

  AirtableClient(AirtableCalls calls, AirtableBase base) {
    this.calls = calls;
    this.base = base;
  }

  /** What is to be known of the base. */
  AirtableBase base() {
    return base;
  }

  private HttpUrl.Builder records(Layout layout) {
    return calls.url(base.names().base(), layout.table());
  }

  private HttpUrl.Builder comments(Layout layout, String id) {
    return records(layout).addPathSegment(id).addPathSegment("comments");
  }

  /** All records of which the formula is true. */
  Listing list(Layout layout, String formula)
      throws QueueException, InterruptedException, StaleLayoutException {
    for (int i = 0; i < RESTARTS; i++) {
      Optional<Listing> listing = pages(layout, formula);
      if (listing.isPresent()) {
        return listing.get();
      }
    }
    throw QueueException.retryLater("Airtable forgets its listing before the end can be read.");
  }

  /** Empty where the service forgot the listing before its end. */
  private Optional<Listing> pages(Layout layout, String formula)
      throws QueueException, InterruptedException, StaleLayoutException {
    Rows reader = new Rows(layout);
    Map<String, Row> rows = new LinkedHashMap<>();
    Optional<Instant> at = Optional.empty();
    Offsets offsets = new Offsets();
    do {
      Answer answer = page(layout, formula, offsets);
      if (AirtableFaults.isExpired(answer)) {
        return Optional.empty();
      }
      JsonNode page = AirtableCalls.current(answer, "to list records").json();
      at = at.isPresent() ? at : date(answer);
      for (JsonNode record : Json.list(page, "records")) {
        Row row = reader.row(record);
        rows.put(row.id(), row);
      }
      offsets.next(page);
    } while (offsets.more());
    return Optional.of(new Listing(List.copyOf(rows.values()), at));
  }

  private Answer page(Layout layout, String formula, Offsets offsets)
      throws QueueException, InterruptedException {
    HttpUrl.Builder url =
        offsets
            .on(records(layout))
            .addQueryParameter("pageSize", Integer.toString(PAGE))
            .addQueryParameter("returnFieldsByFieldId", "true")
            .addQueryParameter("recordMetadata[]", "commentCount")
            .addQueryParameter("filterByFormula", formula);
    layout.fieldIds().forEach(id -> url.addQueryParameter("fields[]", id));
    if (url.build().toString().length() <= LONGEST_URL) {
      return calls.get(url);
    }
    ObjectNode body =
        Json.object()
            .put("pageSize", PAGE)
            .put("returnFieldsByFieldId", true)
            .put("filterByFormula", formula);
    body.putArray("recordMetadata").add("commentCount");
    ArrayNode fields = body.putArray("fields");
    layout.fieldIds().forEach(fields::add);
    offsets.current().ifPresent(offset -> body.put("offset", offset));
    return calls.post(records(layout).addPathSegment("listRecords"), body);
  }

  private static Optional<Instant> date(Answer answer) {
    return Optional.ofNullable(answer.headers().getDate("Date")).map(Date::toInstant);
  }

  /** A record as it is now; empty = gone. */
  Optional<Row> record(Layout layout, String id)
      throws QueueException, InterruptedException, StaleLayoutException {
    Answer answer =
        calls.get(
            records(layout).addPathSegment(id).addQueryParameter("returnFieldsByFieldId", "true"));
    if (AirtableFaults.isNoRecord(answer)) {
      return Optional.empty();
    }
    if (AirtableFaults.isDoubtful(answer)) {
      // A listing tells them apart: it is refused where it is the right that is missing.
      return list(layout, Formula.isAmong(List.of(id))).rows().stream().findFirst();
    }
    JsonNode record = AirtableCalls.current(answer, "to show a record").json();
    return Optional.of(new Rows(layout).row(record));
  }

  /** Changes fields of a record and leaves the others; returns what it is then. */
  Row change(Layout layout, String id, ObjectNode fields)
      throws QueueException, InterruptedException, StaleLayoutException {
    ObjectNode record = Json.object().put("id", id);
    record.set("fields", fields);
    Answer answer = calls.patch(records(layout), one(record));
    assertThere(layout, id, answer);
    return new Rows(layout).row(only(AirtableCalls.current(answer, "to change a record")));
  }

  /** Makes a record and returns its id. */
  String create(Layout layout, ObjectNode fields)
      throws QueueException, InterruptedException, StaleLayoutException {
    ObjectNode record = Json.object();
    record.set("fields", fields);
    Answer answer = calls.post(records(layout), one(record));
    return Json.text(only(AirtableCalls.current(answer, "to make a record")), "id");
  }

  /** Without "typecast", a status that is not there is refused instead of made. */
  private static ObjectNode one(ObjectNode record) {
    ObjectNode body = Json.object().put("returnFieldsByFieldId", true).put("typecast", false);
    body.putArray("records").add(record);
    return body;
  }

  private static JsonNode only(Answer answer) throws QueueException {
    ArrayNode records = Json.list(answer.json(), "records");
    if (records.size() != 1) {
      throw QueueException.retryLater("Airtable answered with other records than were asked for.");
    }
    return records.get(0);
  }

  /** The comments on a record, newest first, up to the page after which they are enough. */
  List<JsonNode> comments(Layout layout, String id, Enough enough)
      throws QueueException, InterruptedException, StaleLayoutException {
    List<JsonNode> all = new ArrayList<>();
    Offsets offsets = new Offsets();
    do {
      Answer answer =
          calls.get(
              offsets
                  .on(comments(layout, id))
                  .addQueryParameter("pageSize", Integer.toString(PAGE)));
      assertThere(layout, id, answer);
      JsonNode page = AirtableCalls.good(answer, "to list comments").json();
      Json.list(page, "comments").forEach(all::add);
      offsets.next(page);
    } while (offsets.more() && !enough.are(all));
    return all;
  }

  /** Writes a comment and returns its id. */
  String comment(Layout layout, String id, String text)
      throws QueueException, InterruptedException, StaleLayoutException {
    Answer answer = calls.post(comments(layout, id), Json.object().put("text", text));
    assertThere(layout, id, answer);
    return Json.text(AirtableCalls.good(answer, "to write a comment").json(), "id");
  }

  private void assertThere(Layout layout, String id, Answer answer)
      throws QueueException, InterruptedException, StaleLayoutException {
    if (AirtableFaults.isNoRecord(answer)
        || (AirtableFaults.isDoubtful(answer) && record(layout, id).isEmpty())) {
      throw gone();
    }
  }

  static QueueException gone() {
    return QueueException.gone("The task was closed, moved or deleted.");
  }

  void close() {
    calls.close();
  }
}
