package dev.nightdesk.queue.github;

import dev.nightdesk.toolkit.http.Answer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * The last answers, to be asked for again on the condition that they changed. In memory, since the
 * HTTP client's own cache would write the token to disk beside each answer that varies by it. For
 * any thread.
 */
final class Remembered {
  private static final long MOST_CHARACTERS = 16L << 20;

  /** What an answer takes beside its body. */
  private static final long HEADERS = 2000;

  private final Map<HttpUrl, Answer> answers = new LinkedHashMap<>(16, 0.75f, true);
  private long characters;

  synchronized Optional<Answer> find(HttpUrl url) {
    return Optional.ofNullable(answers.get(url));
  }

  synchronized void keep(HttpUrl url, Answer answer) {
    forget(url);
    if (answer.status() != 200 || answer.headers().get("ETag") == null) {
      return;
    }
    answers.put(url, answer);
    characters += size(answer);
    Iterator<Answer> oldest = answers.values().iterator();
    while (characters > MOST_CHARACTERS) {
      characters -= size(oldest.next());
      oldest.remove();
    }
  }

  synchronized void forget(HttpUrl url) {
    Answer old = answers.remove(url);
    characters -= old == null ? 0 : size(old);
  }

  private static long size(Answer answer) {
    return answer.body().length() + HEADERS;
  }
}
