package dev.nightdesk.testkit.modelserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A request, before it is understood. */
record Wire(String path, Map<String, String> headers, JsonNode body) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Wire of(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    return new Wire(
        exchange.getRequestURI().getPath(),
        exchange.getRequestHeaders().entrySet().stream()
            .collect(
                Collectors.toMap(
                    header -> header.getKey().toLowerCase(Locale.ROOT),
                    header -> header.getValue().getFirst())),
        bytes.length == 0 ? JSON.createObjectNode() : JSON.readTree(bytes));
  }
}
