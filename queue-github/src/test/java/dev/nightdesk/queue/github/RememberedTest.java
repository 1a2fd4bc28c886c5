package dev.nightdesk.queue.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.toolkit.http.Answer;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;

/** What is kept in memory to be asked for on condition. */
class RememberedTest {
  private final Remembered remembered = new Remembered();

  private static HttpUrl url(int number) {
    return HttpUrl.get("https://api.github.com/repos/octo/desk/issues/" + number);
  }

  private static Answer answer(int size) {
    return new Answer("GitHub", 200, Headers.of("ETag", "\"x\""), "x".repeat(size));
  }

  @Test
  void forgetsTheLeastUsedWhereItGrowsTooLarge() {
    for (int i = 1; i <= 3; i++) {
      remembered.keep(url(i), answer(5 << 20));
    }
    assertThat(remembered.find(url(1))).isPresent();
    remembered.keep(url(4), answer(5 << 20));
    assertThat(remembered.find(url(1))).isPresent();
    assertThat(remembered.find(url(2))).isEmpty();
    assertThat(remembered.find(url(4))).isPresent();
  }

  @Test
  void countsOnlyTheLastAnswerOfAnAddressAndSmallOnesToo() {
    remembered.keep(url(1), answer(1));
    for (int i = 0; i < 100; i++) {
      remembered.keep(url(2), answer(5 << 20));
    }
    assertThat(remembered.find(url(1))).isPresent();
    for (int i = 3; i < 10_000; i++) {
      remembered.keep(url(i), answer(1));
    }
    assertThat(remembered.find(url(1))).isEmpty();
  }

  @Test
  void keepsNothingThatCannotBeAskedForOnCondition() {
    remembered.keep(url(1), answer(1));
    remembered.keep(url(1), new Answer("GitHub", 404, Headers.of("ETag", "\"x\""), "{}"));
    assertThat(remembered.find(url(1))).isEmpty();
    remembered.keep(url(2), new Answer("GitHub", 200, Headers.of(), "{}"));
    assertThat(remembered.find(url(2))).isEmpty();
  }
}
