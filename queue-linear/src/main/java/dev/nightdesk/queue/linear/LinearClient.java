package dev.nightdesk.queue.linear;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nightdesk.queue.linear.schema.Issue;
import dev.nightdesk.queue.linear.schema.Mutation;
import dev.nightdesk.queue.linear.schema.PageInfo;
import dev.nightdesk.queue.linear.schema.Query;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.HttpApi;
import dev.nightdesk.toolkit.http.Pace;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** The way to Linear and back. For any thread. */
final class LinearClient implements AutoCloseable {
  /** A listing that goes on after so many pages goes round in circles. */
  private static final int MOST_PAGES = 5_000;

  private static final MediaType JSON = MediaType.get("application/json");

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  private final LinearNames names;
  private final HttpApi http;
  private final LinearFaults faults;

  /**
   * What came back.
   *
   * @param at when, by Linear's clock; empty where it did not say
   */
  record Reply<T>(T data, Optional<Instant> at) {}

  /** One page of a list; {@code next} asks for the one after it. */
  record Page<N>(List<N> nodes, Optional<String> next) {}

  /** Asks for the page after a cursor; null asks for the first. */
  interface Pages<N> {
    Page<N> after(@Nullable String cursor) throws QueueException, InterruptedException;
  }

  LinearClient(LinearNames names, HttpApi http, Pace pace) {
    this.names = names;
    this.http = http;
    this.faults = new LinearFaults(names, pace);
  }

  Query query(LinearRequest document, Map<String, ?> variables)
      throws QueueException, InterruptedException {
    return ask(document, variables).data();
  }

  Reply<Query> ask(LinearRequest document, Map<String, ?> variables)
      throws QueueException, InterruptedException {
    Request request = request(document, variables);
    Answer answer;
    try {
      answer = http.send(request);
    } catch (QueueException broken) {
      // A connection that was closed while nobody used it shows only now; asking costs nothing.
      if (!brokeOff(broken)) {
        throw broken;
      }
      answer = http.send(request);
    }
    Instant at = answer.headers().getInstant("Date");
    return new Reply<>(read(answer, Query.class), Optional.ofNullable(at));
  }

  private static boolean brokeOff(QueueException failure) {
    return failure.getCause() instanceof IOException io
        && !(io instanceof InterruptedIOException)
        && !(io instanceof ConnectException);
  }

  /** Sends what changes something, once. */
  Mutation change(LinearRequest document, Object input)
      throws QueueException, InterruptedException {
    return change(document, Map.of("input", input));
  }

  Mutation change(LinearRequest document, Map<String, ?> variables)
      throws QueueException, InterruptedException {
    return read(http.send(request(document, variables)), Mutation.class);
  }

  private Request request(LinearRequest document, Map<String, ?> variables) {
    try {
      String body =
          MAPPER.writeValueAsString(Map.of("query", document.text(), "variables", variables));
      return new Request.Builder()
          .url(names.url())
          .header("Authorization", names.authorization())
          .header("User-Agent", "nightdesk")
          .post(RequestBody.create(body, JSON))
          .build();
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("variables are no JSON", impossible);
    }
  }

  private <T> T read(Answer answer, Class<T> type) throws QueueException {
    JsonNode data = faults.dataOf(answer);
    try {
      return MAPPER.treeToValue(data, type);
    } catch (JsonProcessingException misfit) {
      throw nonsense("something unexpected");
    }
  }

  /** An issue as it is now; empty where there is none. */
  Optional<Issue> issue(String id) throws QueueException, InterruptedException {
    if (!LinearIds.isOne(id)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          need(query(LinearDocuments.ISSUE, Map.of("id", id)).getIssue(), "an issue"));
    } catch (QueueException refused) {
      if (refused.kind() == QueueException.Kind.GONE) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  /** Every page of a list, or none. */
  static <N> List<N> all(Pages<N> pages) throws QueueException, InterruptedException {
    return after(new Page<>(List.of(), Optional.empty()), true, pages);
  }

  /** A page that is there already and every page after it. */
  static <N> List<N> rest(Page<N> first, Pages<N> pages)
      throws QueueException, InterruptedException {
    return after(first, false, pages);
  }

  private static <N> List<N> after(Page<N> first, boolean begin, Pages<N> pages)
      throws QueueException, InterruptedException {
    List<N> nodes = new ArrayList<>();
    Page<N> page = begin ? pages.after(null) : first;
    for (int number = 1; number < MOST_PAGES; number++) {
      nodes.addAll(page.nodes());
      if (page.next().isEmpty()) {
        return nodes;
      }
      String cursor = page.next().get();
      page = pages.after(cursor);
      if (page.next().filter(cursor::equals).isPresent()) {
        throw nonsense("the same page again");
      }
    }
    throw nonsense("pages without an end");
  }

  /** Takes a page apart; one that does not say whether it is the last is no page. */
  static <N> Page<N> page(@Nullable List<N> nodes, @Nullable PageInfo info) throws QueueException {
    List<N> all = need(nodes, "a list");
    if (all.stream().anyMatch(node -> node == null)) {
      throw nonsense("a list with holes");
    }
    if (info == null) {
      throw nonsense("a list without pages");
    }
    if (!need(info.getHasNextPage(), "pages")) {
      return new Page<>(all, Optional.empty());
    }
    return new Page<>(all, Optional.of(need(info.getEndCursor(), "the next page's cursor")));
  }

  /** The variables of a page; a cursor may be null, which {@link Map#of} does not allow. */
  static Map<String, Object> variables(Object filter, int first, @Nullable String after) {
    Map<String, Object> variables = new HashMap<>();
    variables.put("filter", filter);
    variables.put("first", first);
    if (after != null) {
      variables.put("after", after);
    }
    return variables;
  }

  static <T> T need(@Nullable T value, String what) throws QueueException {
    if (value == null) {
      throw QueueException.retryLater("Linear's answer lacks " + what + ".");
    }
    return value;
  }

  static QueueException nonsense(String what) {
    return QueueException.retryLater("Linear answered with " + what + ".");
  }

  @Override
  public void close() {
    http.close();
  }
}
