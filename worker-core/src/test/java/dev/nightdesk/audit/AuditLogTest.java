package dev.nightdesk.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;

class AuditLogTest extends AuditFile {
  private static final List<String> FIELDS =
      List.of(
          ("schema run_id worker owner queue task_id task_title task_url attempt cause agent"
                  + " agent_version model started_at ended_at duration_ms status reason exit_code"
                  + " session_id input_bytes output_bytes output_file tool_calls llm_calls"
                  + " input_tokens output_tokens cached_tokens cost_usd cost_basis workspace host"
                  + " prev_sha256 sha256")
              .split(" ", -1));

  @Test
  void writesOneObjectPerRunWithItsFieldsInOrder() throws Exception {
    append(1, 2);

    String line = lines().get(1);
    JsonNode json = new ObjectMapper().readTree(line);
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    assertThat(names).isEqualTo(FIELDS);
    assertThat(line)
        .startsWith("{\"schema\":1,\"run_id\":\"" + Records.id(2) + "\",\"worker\":\"writer\"")
        .contains("\"owner\":null", "\"cause\":\"takeover\"", "\"exit_code\":0")
        .contains("\"started_at\":\"2026-11-21T10:02:00.000Z\"")
        .contains("\"ended_at\":\"2026-11-21T10:02:01.500Z\",\"duration_ms\":1500")
        .contains("\"tool_calls\":[{\"name\":\"Edit\",\"count\":3}]")
        .contains("\"cost_usd\":0.0000012", "\"input_bytes\":7,\"output_bytes\":null");
  }

  @Test
  void chainsEachLineToTheOneBefore() throws Exception {
    append(1, 2);

    String first = lines().get(0);
    String second = lines().get(1);
    String hashed = second.substring(0, second.indexOf(",\"sha256\""));
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(hashed.getBytes(StandardCharsets.UTF_8));
    assertThat(first).contains("\"prev_sha256\":\"" + "0".repeat(64) + "\"");
    assertThat(second)
        .endsWith(",\"sha256\":\"" + HexFormat.of().formatHex(digest) + "\"}")
        .contains("\"prev_sha256\":\"" + first.substring(first.length() - 66, first.length() - 2));
    assertThat(heads.get()).contains(new HeadStore.Head(2, HexFormat.of().formatHex(digest)));
  }

  @Test
  void keepsItsFileToTheOwner() throws IOException {
    append(1, 1);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void keepsAnyTitleOnOneLine() throws IOException {
    String title =
        "a\nb\r\u0000\u001b]52\u2028\u202e 🎉 \ud83d \" \\ {\"sha256\":\"" + "x".repeat(100_000);
    log().append(Records.run(1, title));
    append(2, 2);

    assertThat(lines()).hasSize(2);
    assertThat(log().verify()).isEqualTo(new Verification(2, List.of(), List.of()));
  }

  @Test
  void countsOnFromAnOlderHead() {
    append(1, 5);
    HeadStore.Head five = heads.get().orElseThrow();
    HeadStore late = new Records.Kept();
    late.put(five.lines(), five.sha256());
    append(6, 8);

    AuditLog ninth = AuditLog.open(file, late);
    ninth.append(Records.run(9));
    ninth.settle();

    assertThat(late.get().map(HeadStore.Head::lines)).contains(9L);
    assertThat(AuditLog.open(file, late).verify().holds()).isTrue();
  }

  @Test
  void writesThoughTheLedgerIsAway() {
    HeadStore away =
        new HeadStore() {
          @Override
          public Optional<Head> get() {
            throw new IllegalStateException("away");
          }

          @Override
          public void put(long lines, String sha256) {
            throw new IllegalStateException("away");
          }
        };
    AuditLog.open(file, away).append(Records.run(1));

    assertThat(log().verify().records()).isOne();
  }

  @Test
  void knowsWhichRunsItHas() throws IOException {
    append(1, 300);
    AuditLog log = log();

    assertThat(log.contains(Records.id(1))).isTrue();
    assertThat(log.contains(Records.id(300))).isTrue();
    assertThat(log.contains(Records.id(301))).isFalse();
    assertThat(log.contains("no-uuid")).isFalse();
    Files.writeString(file, "{\"run_id\":\"" + Records.id(302), StandardOpenOption.APPEND);
    assertThat(log.contains(Records.id(302))).isFalse();
    Files.delete(file);
    assertThat(log.contains(Records.id(1))).isFalse();
  }

  @Test
  void sharesOneWriteAmongThreadsThatAppendAtOnce() throws Exception {
    SlowHeads slow = new SlowHeads();
    AuditLog log = AuditLog.open(file, slow);
    Files.writeString(file, "torn, so that the first one has to look at the head");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.FileWrite").withThreshold(Duration.ZERO);
      recording.start();
      Thread first = Thread.ofPlatform().start(() -> log.append(Records.run(0)));
      slow.asked.await();
      List<Thread> others =
          IntStream.rangeClosed(1, 100)
              .mapToObj(n -> Thread.ofPlatform().start(() -> log.append(Records.run(n))))
              .toList();
      await().until(() -> others.stream().allMatch(t -> t.getState() == Thread.State.WAITING));
      slow.mayAnswer.countDown();
      first.join();
      for (Thread other : others) {
        other.join();
      }
      recording.stop();
      assertThat(writesToTheFile(recording)).isEqualTo(2);
    }
    assertThat(log.verify()).isEqualTo(new Verification(101, List.of(), List.of(1L)));
  }

  private long writesToTheFile(Recording recording) throws IOException {
    Path dump = file.resolveSibling("writes.jfr");
    recording.dump(dump);
    return RecordingFile.readAllEvents(dump).stream()
        .filter(event -> event.getEventType().getName().equals("jdk.FileWrite"))
        .filter(event -> file.toString().equals(event.getString("path")))
        .count();
  }

  /** Keeps the first one who asks waiting. */
  private final class SlowHeads implements HeadStore {
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch mayAnswer = new CountDownLatch(1);

    @Override
    public Optional<Head> get() {
      asked.countDown();
      try {
        mayAnswer.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return heads.get();
    }

    @Override
    public void put(long lines, String sha256) {
      heads.put(lines, sha256);
    }
  }

  @Test
  void writesWholeLinesThoughItsThreadIsInterrupted() throws Exception {
    AuditLog log = log();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              for (int n = 0; n < 300; n++) {
                Thread.currentThread().interrupt();
                log.append(Records.run(n));
              }
            });
    while (thread.isAlive()) {
      thread.interrupt();
      Thread.onSpinWait();
    }
    thread.join();

    assertThat(log.verify()).isEqualTo(new Verification(300, List.of(), List.of()));
  }

  @Test
  void refusesWhatIsNoRecord() {
    assertThatThrownBy(() -> log().append("{\"a\":1}\n{\"b\":2}"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysThatItCannotBeWritten() throws IOException {
    Files.createDirectory(file);

    assertThatThrownBy(() -> append(1, 1))
        .isInstanceOf(AuditException.class)
        .hasMessageContaining("runs.jsonl cannot be written");
  }
}
