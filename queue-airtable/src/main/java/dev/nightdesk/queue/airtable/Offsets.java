package dev.nightdesk.queue.airtable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Json;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;

/** Where a listing of several pages has got to. */
final class Offsets {
  private final Set<String> used = new HashSet<>();
  private Optional<String> current = Optional.empty();

  Optional<String> current() {
    return current;
  }

  /** Asks for the page that is next. */
  HttpUrl.Builder on(HttpUrl.Builder url) {
    current.ifPresent(offset -> url.addQueryParameter("offset", offset));
    return url;
  }

  /** Takes note of what a page says comes next. */
  void next(JsonNode page) throws QueueException {
    current = Json.find(page, "offset");
    if (current.isPresent() && !used.add(current.get())) {
      throw QueueException.retryLater("Airtable's listing goes in circles.");
    }
  }

  boolean more() {
    return current.isPresent();
  }
}
