package dev.nightdesk.queue.airtable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.HttpApi;
import dev.nightdesk.toolkit.http.Pace;
import java.time.Duration;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;

/** The way to the service and back. For any thread. */
final class AirtableCalls implements AutoCloseable {
  static final String SERVICE = "Airtable";

  private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

  private final HttpUrl address;
  private final Secret token;
  private final Pace pace;
  private final HttpApi api;

  AirtableCalls(HttpUrl address, Secret token, Pace pace, Duration limit) {
    this.address = address;
    this.token = token;
    this.pace = pace;
    this.api = new HttpApi(SERVICE, HttpApi.client(limit), pace);
  }

  HttpUrl.Builder url(String... segments) {
    HttpUrl.Builder url = address.newBuilder().addPathSegment("v0");
    for (String segment : segments) {
      url.addPathSegment(segment);
    }
    return url;
  }

  Answer get(HttpUrl.Builder url) throws QueueException, InterruptedException {
    return send(request(url).build());
  }

  Answer post(HttpUrl.Builder url, ObjectNode body) throws QueueException, InterruptedException {
    return send(request(url).post(RequestBody.create(body.toString(), JSON)).build());
  }

  Answer patch(HttpUrl.Builder url, ObjectNode body) throws QueueException, InterruptedException {
    return send(request(url).patch(RequestBody.create(body.toString(), JSON)).build());
  }

  private Request.Builder request(HttpUrl.Builder url) {
    return new Request.Builder()
        .url(url.build())
        .header("Authorization", "Bearer " + token.reveal());
  }

  private Answer send(Request request) throws QueueException, InterruptedException {
    Answer answer = api.send(request);
    if (AirtableFaults.isLimit(answer)) {
      pace.pause(AirtableFaults.penalty(answer));
    }
    return answer;
  }

  /** Only a good answer goes on. */
  static Answer good(Answer answer, String what) throws QueueException {
    if (answer.isGood()) {
      return answer;
    }
    throw AirtableFaults.of(answer, what);
  }

  /** As {@link #good}, where the layout may be what is wrong. */
  static Answer current(Answer answer, String what) throws QueueException, StaleLayoutException {
    if (AirtableFaults.isStale(answer)) {
      throw new StaleLayoutException(AirtableFaults.said(answer));
    }
    return good(answer, what);
  }

  @Override
  public void close() {
    api.close();
  }
}
