package dev.nightdesk.agent.codex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.RunResult.Failure;
import dev.nightdesk.spi.Session;
import dev.nightdesk.spi.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodexSessionTest {
  @TempDir Path folder;
  final List<RunEvent> events = new ArrayList<>();
  Path file;

  @BeforeEach
  void makeItsFile() throws IOException {
    Path day = Files.createDirectories(folder.resolve("sessions/2026/11/21"));
    file = Files.createFile(day.resolve("rollout-2026-11-21T15-00-00-0199-a.jsonl"));
  }

  private CodexSession session() {
    CodexHome home = new CodexHome(folder, folder);
    RunLimits limits =
        new RunLimits(Duration.ofHours(1), Optional.empty(), 2, BigDecimal.TEN, 1_000, 1_000);
    return new CodexSession(home, Prices.LISTED, limits, Optional.of("unknown-model"), events::add);
  }

  private void total(long sent, long cached, long received) throws IOException {
    write(
        """
        {"type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":\
        {"input_tokens":%d,"cached_input_tokens":%d,"output_tokens":%d}}}}
        """
            .formatted(sent, cached, received));
  }

  private void tool() throws IOException {
    write("{\"type\":\"response_item\",\"payload\":{\"type\":\"function_call\",\"name\":\"x\"}}\n");
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  private static RunEvent call(long in, long out, long cached) {
    return new RunEvent.ModelCalled(new Usage(1, in, out, cached, Optional.empty()));
  }

  @Test
  void countsDifferencesAndNothingTwice() throws Exception {
    try (CodexSession session = session()) {
      session.open("0199-a");
      total(1_000, 0, 100);
      total(1_000, 0, 100); // again, with news of the account's limits
      write("{\"type\":\"event_msg\",\"payload\":{\"type\":\"token_count\",\"info\":null}}\n");
      session.follow();
      assertThat(events).containsExactly(call(1_000, 100, 0));
      total(3_000, 500, 150);
      session.follow();
      session.settle(new Tokens(3_000, 500, 150));
      assertThat(events).containsExactly(call(1_000, 100, 0), call(1_500, 50, 500));
    }
  }

  @Test
  void countsAnewWhereCodexDoes() throws Exception {
    try (CodexSession session = session()) {
      session.open("0199-a");
      total(5_000, 0, 100);
      total(0, 0, 0); // what it writes when the context is full
      total(200, 0, 10);
      session.follow();
      assertThat(events).containsExactly(call(5_000, 100, 0), call(200, 10, 0));
    }
  }

  @Test
  void leavesOutWhatEarlierRunsUsed() throws Exception {
    total(5_000, 0, 100);
    try (CodexSession session = session()) {
      session.resume(new Session("0199-a", new Usage(1, 4_000, 80, 0, Optional.empty())));
      session.follow();
      total(5_300, 0, 110);
      session.follow();
      session.settle(new Tokens(5_300, 0, 110));
      assertThat(events).containsExactly(call(300, 10, 0));
    }
  }

  @Test
  void countsWhatCodexSaysAtTheEndWhereThatIsMore() throws Exception {
    try (CodexSession session = session()) {
      session.open("0199-a");
      total(1_000, 0, 100);
      session.follow();
      session.settle(new Tokens(1_500, 0, 130));
      assertThat(events)
          .endsWith(new RunEvent.Settled(new Usage(1, 1_500, 130, 0, Optional.empty())));
    }
  }

  @Test
  void doesNotFollowALinkInPlaceOfTheFile() throws Exception {
    total(1_000, 0, 100);
    Path other = Files.move(file, folder.resolve("other"));
    Files.createSymbolicLink(file, other);
    try (CodexSession session = session()) {
      session.open("0199-a");
      session.follow();
    }
    assertThat(events).isEmpty();
  }

  @Test
  void pricesByTheModelThatTheFileNames() throws Exception {
    try (CodexSession session = session()) {
      session.open("0199-a");
      write("{\"type\":\"turn_context\",\"payload\":{\"model\":\"gpt-5.4-2026-03-05\"}}\n");
      total(1_000_000, 0, 1_000_000);
      session.follow();
      RunEvent.ModelCalled called = (RunEvent.ModelCalled) events.getLast();
      assertThat(called.usage().cost().orElseThrow().usd()).isEqualByComparingTo("17.5");
    }
  }

  @Test
  void seesThatTheNextCallWouldBeOneTooMany() throws Exception {
    try (CodexSession session = session()) {
      session.open("0199-a");
      tool();
      total(1_000, 0, 100);
      session.follow();
      assertThat(session.limit()).isEmpty();
      total(2_000, 0, 200);
      session.follow();
      assertThat(session.limit()).as("the last call that it may make was its last").isEmpty();
      tool();
      total(3_000, 0, 300);
      session.follow();
      assertThat(session.limit()).contains(Failure.CALL_LIMIT);
    }
  }

  @Test
  void seesThatTheNextCallCouldCostTooMuch() throws Exception {
    for (int sent : List.of(3_900_000, 4_100_000)) { // 4.88 and 5.13 dollars of ten
      Files.writeString(file, "");
      try (CodexSession session = session()) {
        session.open("0199-a");
        write("{\"type\":\"turn_context\",\"payload\":{\"model\":\"gpt-5\"}}\n");
        tool();
        total(sent, 0, 0);
        session.follow();
        assertThat(session.limit().filter(Failure.COST_LIMIT::equals).isPresent())
            .isEqualTo(sent > 4_000_000);
      }
    }
  }
}
