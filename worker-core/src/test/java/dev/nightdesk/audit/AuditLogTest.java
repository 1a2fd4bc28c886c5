package dev.nightdesk.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightdesk.audit.Verification.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  private static final List<String> FIELDS =
      List.of(
          ("schema run_id worker owner queue task_id task_title task_url attempt cause agent"
                  + " agent_version model started_at ended_at duration_ms status reason exit_code"
                  + " session_id input_bytes output_bytes output_file tool_calls llm_calls"
                  + " input_tokens output_tokens cached_tokens cost_usd cost_basis workspace host"
                  + " prev_sha256 sha256")
              .split(" ", -1));

  @TempDir Path folder;
  private Path file = Path.of("");
  private final HeadStore heads = new Records.Kept();

  @BeforeEach
  void nameFile() {
    file = folder.resolve("runs.jsonl");
  }

  private AuditLog log() {
    return AuditLog.open(file, heads);
  }

  private void append(int from, int to) {
    AuditLog log = log();
    IntStream.rangeClosed(from, to).forEach(n -> log.append(Records.run(n)));
  }

  private List<String> lines() throws IOException {
    return new ArrayList<>(Files.readAllLines(file));
  }

  private void rewrite(List<String> lines) throws IOException {
    Files.writeString(file, String.join("\n", lines) + "\n");
  }

  private List<Long> problemLines() {
    return log().verify().problems().stream().map(Problem::line).toList();
  }

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
  void holdsAsLongAsNobodyTouchesIt() {
    assertThat(log().verify()).isEqualTo(new Verification(0, List.of(), List.of()));
    append(1, 50);

    assertThat(log().verify()).isEqualTo(new Verification(50, List.of(), List.of()));
  }

  @Test
  void showsAnEditedLine() throws IOException {
    append(1, 9);
    List<String> lines = lines();
    lines.set(4, lines.get(4).replace("\"status\":\"OK\"", "\"status\":\"ERROR\""));
    rewrite(lines);

    assertThat(log().verify().problems())
        .containsExactly(new Problem(5, "was edited: its text does not match its sha256"));
  }

  @Test
  void showsAnEditedLineThatWasGivenAFittingHash() throws Exception {
    append(1, 9);
    List<String> lines = lines();
    String edited = lines.get(4).replace("\"status\":\"OK\"", "\"status\":\"ERROR\"");
    String front = edited.substring(0, edited.indexOf(",\"sha256\""));
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(front.getBytes(StandardCharsets.UTF_8));
    lines.set(4, front + ",\"sha256\":\"" + HexFormat.of().formatHex(digest) + "\"}");
    rewrite(lines);

    assertThat(problemLines()).containsExactly(6L);
  }

  @Test
  void showsADroppedLine() throws IOException {
    for (int dropped : new int[] {0, 4}) {
      Files.deleteIfExists(file);
      AuditLog fresh = AuditLog.open(file, new Records.Kept());
      IntStream.rangeClosed(1, 9).forEach(n -> fresh.append(Records.run(n)));
      List<String> lines = lines();
      lines.remove(dropped);
      rewrite(lines);

      assertThat(fresh.verify().problems()).extracting(Problem::line).contains(dropped + 1L, 9L);
    }
  }

  @Test
  void showsLinesThatChangedPlaces() throws IOException {
    append(1, 9);
    List<String> lines = lines();
    Collections.swap(lines, 3, 4);
    rewrite(lines);

    assertThat(problemLines()).containsExactly(4L, 5L, 6L);
  }

  @Test
  void showsACutOffEnd() throws IOException {
    append(1, 9);
    rewrite(lines().subList(0, 7));

    assertThat(log().verify().problems())
        .containsExactly(
            new Problem(
                8,
                "is missing: the end was cut off, the ledger knows of 9 records and 7 are left"));
    Files.delete(file);
    assertThat(problemLines()).containsExactly(1L);
  }

  @Test
  void showsACutOffEndThatWasWrittenAgain() throws IOException {
    append(1, 9);
    rewrite(lines().subList(0, 7));
    AuditLog forger = AuditLog.open(file, new Records.Kept());
    forger.append(Records.run(8, "another"));
    forger.append(Records.run(9, "another"));

    assertThat(log().verify().problems())
        .containsExactly(new Problem(9, "is not the one that the ledger knows in this place"));
  }

  @Test
  void goesOnAfterALineThatACrashCutOff() throws IOException {
    append(1, 3);
    Files.writeString(file, "{\"schema\":1,\"run_id\":\"01", StandardOpenOption.APPEND);
    assertThat(log().verify()).isEqualTo(new Verification(3, List.of(), List.of(4L)));

    append(4, 5);

    assertThat(lines()).hasSize(6);
    assertThat(log().verify()).isEqualTo(new Verification(5, List.of(), List.of(4L)));
    assertThat(heads.get().map(HeadStore.Head::lines)).contains(5L);
  }

  @Test
  void keepsARecordThatOnlyLacksItsLineFeed() throws IOException {
    append(1, 3);
    Files.writeString(file, String.join("\n", lines()));

    append(4, 4);

    assertThat(log().verify()).isEqualTo(new Verification(4, List.of(), List.of()));
  }

  @Test
  void showsARecordThatWasMangledToLookLikeACrash() throws IOException {
    append(1, 5);
    List<String> lines = lines();
    lines.set(2, lines.get(2).substring(0, 40));
    rewrite(lines);

    assertThat(problemLines()).contains(4L);
  }

  @Test
  void countsOnFromAnOlderHead() {
    append(1, 5);
    HeadStore.Head five = heads.get().orElseThrow();
    HeadStore late = new Records.Kept();
    late.put(five.lines(), five.sha256());
    append(6, 8);

    AuditLog.open(file, late).append(Records.run(9));

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
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch waiting = new CountDownLatch(1);
    AtomicInteger writes = new AtomicInteger();
    AuditLog log =
        AuditLog.open(
            file,
            new HeadStore() {
              @Override
              public Optional<Head> get() {
                writing.countDown();
                try {
                  waiting.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                return heads.get();
              }

              @Override
              public void put(long lines, String sha256) {
                writes.incrementAndGet();
                heads.put(lines, sha256);
              }
            });
    Files.writeString(file, "torn, so that the first one has to look at the head");
    Thread first = Thread.ofPlatform().start(() -> log.append(Records.run(0)));
    writing.await();
    List<Thread> others =
        IntStream.rangeClosed(1, 100)
            .mapToObj(n -> Thread.ofPlatform().start(() -> log.append(Records.run(n))))
            .toList();
    await().until(() -> others.stream().allMatch(t -> t.getState() == Thread.State.WAITING));
    waiting.countDown();
    first.join();
    for (Thread other : others) {
      other.join();
    }
    assertThat(writes).hasValue(2);
    assertThat(log().verify()).isEqualTo(new Verification(101, List.of(), List.of(1L)));
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
