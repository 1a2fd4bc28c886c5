package dev.nightdesk.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Usage;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionUsageTest {
  private static String record(String session, String numbers) {
    return "{\"run_id\":\"1\",\"session_id\":" + session + "," + numbers + "}";
  }

  private static final List<String> RECORDS =
      List.of(
          record(
              "\"s1\"",
              "\"llm_calls\":2,\"input_tokens\":5000000000,\"output_tokens\":7,"
                  + "\"cached_tokens\":3,\"cost_usd\":0.0000012"),
          record("\"s2\"", "\"llm_calls\":100,\"cost_usd\":100"),
          record("null", "\"llm_calls\":100,\"cost_usd\":100"),
          record("\"s1\"", "\"llm_calls\":1,\"cost_usd\":null"),
          record("\"s1\"", "\"llm_calls\":3,\"output_tokens\":1,\"cost_usd\":1.5"));

  @Test
  void addsUpTheRunsOfOneSession() {
    Usage used = SessionUsage.of("s1", RECORDS);

    assertThat(used.calls()).isEqualTo(6);
    assertThat(used.inputTokens()).isEqualTo(5_000_000_000L);
    assertThat(used.outputTokens()).isEqualTo(8);
    assertThat(used.cachedTokens()).isEqualTo(3);
    assertThat(used.cost().orElseThrow().usd()).isEqualByComparingTo("1.5000012");
  }

  @Test
  void knowsNothingOfANewSession() {
    assertThat(SessionUsage.of("s9", RECORDS).calls()).isZero();
    assertThat(SessionUsage.of("s9", List.of()).cost().orElseThrow().usd()).isZero();
  }
}
