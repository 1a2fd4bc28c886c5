package dev.nightdesk.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What goes to a {@link CannedService} and back. */
public final class Exchange {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Exchange() {}

  /**
   * A request.
   *
   * @param method e.g. {@code GET}
   * @param path as sent, still encoded, without the query
   * @param query decoded; one name may have several values
   * @param headers by their names in lower case
   * @param body the text, possibly empty
   */
  public record Request(
      String method,
      String path,
      Map<String, List<String>> query,
      Map<String, String> headers,
      String body) {

    public Request {
      query = Map.copyOf(query);
      headers = Map.copyOf(headers);
    }

    static Request of(HttpExchange exchange) throws IOException {
      Map<String, String> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) ->
              headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
      return new Request(
          exchange.getRequestMethod(),
          exchange.getRequestURI().getRawPath(),
          form(Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("")),
          headers,
          new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }

    private static Map<String, List<String>> form(String encoded) {
      Map<String, List<String>> values = new LinkedHashMap<>();
      for (String pair : encoded.split("&", -1)) {
        if (!pair.isEmpty()) {
          int equals = pair.indexOf('=');
          String name = equals < 0 ? pair : pair.substring(0, equals);
          String value = equals < 0 ? "" : pair.substring(equals + 1);
          values.computeIfAbsent(decoded(name), absent -> new ArrayList<>()).add(decoded(value));
        }
      }
      values.replaceAll((name, all) -> List.copyOf(all));
      return values;
    }

    private static String decoded(String text) {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** One value of the query. */
    public Optional<String> asked(String name) {
      return query.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** One header. */
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** The path's parts, decoded. */
    public List<String> parts() {
      return List.of(path.substring(1).split("/", -1)).stream().map(Request::decoded).toList();
    }

    /** The body as JSON. */
    public JsonNode json() throws IOException {
      return JSON.readTree(body);
    }

    /** The body as a form. */
    public Map<String, List<String>> form() {
      return form(body);
    }

    /** For who checks all requests of a build; without the token. */
    void record(String service) throws IOException {
      String folder = System.getProperty("nightdesk.requests");
      if (folder == null) {
        return;
      }
      ObjectNode line = JSON.createObjectNode().put("method", method).put("path", path);
      line.set("query", JSON.valueToTree(query));
      Map<String, String> shown = new TreeMap<>(headers);
      shown.remove("authorization");
      line.set("headers", JSON.valueToTree(shown));
      line.put("body", body);
      Path file = Files.createDirectories(Path.of(folder)).resolve(service + ".jsonl");
      String text = JSON.writeValueAsString(line) + "\n";
      synchronized (JSON) { // a long line is written in pieces
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
    }
  }

  /**
   * A reply.
   *
   * @param status the HTTP status
   * @param headers the HTTP headers
   * @param body the text, possibly empty
   */
  public record Reply(int status, Map<String, String> headers, String body) {
    public Reply {
      headers = Map.copyOf(headers);
    }

    /** A reply without headers. */
    public static Reply of(int status, String body) {
      return new Reply(status, Map.of(), body);
    }

    /** JSON with status 200. */
    public static Reply of(JsonNode body) {
      return of(200, body.toString());
    }

    /** The same with another header. */
    public Reply with(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(name, value);
      return new Reply(status, more, body);
    }
  }
}
