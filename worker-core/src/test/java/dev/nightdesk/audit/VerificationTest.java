package dev.nightdesk.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.audit.Verification.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What shows when somebody, or a crash, has changed the log. */
class VerificationTest extends AuditFile {
  private List<Long> problemLines() {
    return log().verify().problems().stream().map(Problem::line).toList();
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
}
