package dev.nightdesk.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLineTest {
  private final Logger logger = new LoggerContext().getLogger("dev.nightdesk.worker.Worker");

  private LoggingEvent event(String message, Throwable... thrown) {
    var event =
        new LoggingEvent(
            "", logger, Level.WARN, message, thrown.length == 0 ? null : thrown[0], null);
    event.setInstant(Instant.parse("2026-11-21T03:00:00.123Z"));
    event.setMDCPropertyMap(Map.of());
    return event;
  }

  @Test
  void writesKeysAndValues() {
    var event = event("run ended");
    event.addKeyValuePair(new KeyValuePair("worker", "writer"));
    event.addKeyValuePair(new KeyValuePair("status", "OK"));

    assertThat(LogLine.TEXT.of(event))
        .isEqualTo(
            "time=2026-11-21T03:00:00.123Z level=warn worker=writer status=OK message=\"run ended\" logger=dev.nightdesk.worker.Worker");
  }

  @Test
  void writesJson() {
    var event = event("run ended");
    event.addKeyValuePair(new KeyValuePair("worker", "writer"));

    assertThat(LogLine.JSON.of(event))
        .isEqualTo(
            "{\"time\":\"2026-11-21T03:00:00.123Z\",\"level\":\"warn\",\"worker\":\"writer\",\"message\":\"run ended\",\"logger\":\"dev.nightdesk.worker.Worker\"}");
  }

  @Test
  void keepsAnEventOnOneLineWhateverIsInIt() {
    var event =
        event(
            "a\r\nlevel=error\u2028\u001b]52;c;x\u0007\u009b2J\u202e\"\\", new IOException("b\nc"));

    for (LogLine form : LogLine.values()) {
      assertThat(form.of(event).chars())
          .as(form.name())
          .noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x202e);
    }
    assertThat(LogLine.TEXT.of(event)).contains("\\u001b]52;c;x\\u0007").contains("\\\"\\\\");
  }

  @Test
  void tellsAPersonWhatHappenedAndWhoseItIs() {
    var event = event("The queue cannot be reached", new IOException("Connection refused"));
    event.addKeyValuePair(new KeyValuePair("worker", "writer"));
    event.addKeyValuePair(new KeyValuePair("task_id", "12"));

    assertThat(LogLine.PLAIN.of(event))
        .isEqualTo("nightdesk: The queue cannot be reached [writer/12]: Connection refused");
  }
}
