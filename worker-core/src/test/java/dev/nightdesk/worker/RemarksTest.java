package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.gate.Decision;
import dev.nightdesk.spi.RunStatus;
import dev.nightdesk.spi.Usage;
import dev.nightdesk.worker.Verdict.Then;
import dev.nightdesk.worker.Workspaces.LeftFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RemarksTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 s",
    "PT0.004S, 0.1 s",
    "PT0.25S, 0.3 s",
    "PT1S, 1 s",
    "PT9.94S, 9.9 s",
    "PT12.4S, 12 s",
    "PT59.4S, 59 s",
    "PT59.6S, 1 min",
    "PT1M, 1 min",
    "PT1M1S, 1 min 1 s",
    "PT30M, 30 min",
    "PT59M59S, 59 min 59 s",
    "PT1H, 1 h",
    "PT1H30M10S, 1 h 30 min",
    "PT26H5M, 26 h 5 min"
  })
  void tellsDurations(Duration duration, String text) {
    assertThat(Remarks.took(duration)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, $0.00",
    "0.00, $0.00",
    "0.000001, $0.0001",
    "0.0034, $0.0034",
    "0.0099999, $0.0100",
    "0.01, $0.01",
    "0.126, $0.13",
    "5, $5.00",
    "1234.5, $1234.50"
  })
  void tellsMoney(BigDecimal amount, String text) {
    assertThat(Remarks.money(amount)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1 KB",
    "1600, 2 KB",
    "1048576, 1.0 MB",
    "5767168, 5.5 MB"
  })
  void tellsSizes(long bytes, String text) {
    assertThat(Remarks.size(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "Fix the key, Fix the key.",
    "It failed., It failed.",
    "See (here.), See (here.).",
    "Why?, Why?",
    "cut…, cut…"
  })
  void endsWhatOthersSaidAsASentence(String text, String sentence) {
    assertThat(Remarks.first(new Verdict(RunStatus.ERROR, text, "", new Then.Failed())))
        .isEqualTo("Failed. " + sentence);
  }

  @Test
  void tellsATimeWithItsZone() {
    assertThat(Remarks.time(Given.NOW)).matches("\\d\\d:\\d\\d \\S+ on 2[012] November");
  }

  @Test
  void saysWhoWorksOnATask() {
    assertThat(Remarks.working(Given.spec(), Given.ticket(2)))
        .isEqualTo("Working on it. Worker writer, agent command, attempt 2 of 3.\n\nRun 0193-run");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OK               | Done. Please review.
          PARTIAL          | Done in part. Please review.
          EMPTY            | Nothing to do. Please review.
          INCOMPLETE       | Not finished.
          TOO_LARGE        | Too large a task.
          UNEXPECTED_INPUT | Not what the agent expected.
          TOOL_FAILED      | A tool failed.
          ERROR            | Failed.
          TIMEOUT          | Stopped at a limit.
          IDLE             | Stopped at a limit.
          CALL_LIMIT       | Stopped at a limit.
          COST_LIMIT       | Stopped at a limit.
          OUTPUT_LIMIT     | Stopped at a limit.
          BUDGET           | Stopped: budget used up.
          CANCELLED        | Stopped.
          KILLED           | Stopped.
          LOST             | Interrupted.
          """)
  void putsTheVerdictInTheFirstLine(RunStatus status, String line) {
    assertThat(Remarks.first(new Verdict(status, "", "", new Then.Review()))).isEqualTo(line);
    assertThat(Remarks.first(new Verdict(status, "The reason.", "", new Then.Review())))
        .isEqualTo(line + " The reason.");
  }

  @Test
  void tellsNothingToDoFromNoAnswer() {
    assertThat(Remarks.headline(new Verdict(RunStatus.EMPTY, "", "", new Then.Failed())))
        .isEqualTo("Failed.");
  }

  @Test
  void saysWhatComesAfterAFailure() {
    assertThat(Remarks.retry(1, 3, Given.NOW))
        .isEqualTo("Attempt 1 of 3. The next one starts at about " + Remarks.time(Given.NOW) + ".");
    assertThat(Remarks.givenUp(3))
        .isEqualTo(
            "All 3 attempts are used up. Remove the failed mark, or reply, to have it tried"
                + " again.");
    assertThat(Remarks.givenUp(1))
        .isEqualTo(
            "There is no further attempt. Remove the failed mark, or reply, to have it tried"
                + " again.");
  }

  @ParameterizedTest
  @EnumSource(Meter.Stop.class)
  void saysWhenAStoppedRunGoesOn(Meter.Stop why) {
    assertThat(Remarks.goesOn(Optional.of(why)))
        .isEqualTo(
            why == Meter.Stop.KILL_SWITCH
                ? "It goes on when that is over: `nightdesk resume`, or the label agent-stop taken away. No attempt was charged."
                : "It goes on when a worker is there. No attempt was charged.");
  }

  @Test
  void saysWhyATaskIsHeldWhatItCostAndWhatReleasesIt() {
    Decision.Hold hold = new Decision.Hold("It loops.", "Find out why.");
    String end =
        "Find out why. To release it, remove the held mark or run"
            + " `nightdesk resume --task writer/42`.";

    assertThat(Remarks.gateHold(hold, Given.row(0, Optional.empty(), 0)))
        .isEqualTo("On hold. It loops.\n\n" + end);
    assertThat(Remarks.gateHold(hold, Given.row(0, Optional.empty(), 1)))
        .isEqualTo("On hold. It loops.\n\nSpent so far: $1.50 in 1 run.\n\n" + end);
    assertThat(Remarks.gateHold(hold, Given.row(0, Optional.empty(), 2)))
        .contains("$1.50 in 2 runs.");
  }

  @Test
  void saysWhatIsWrongWithAFile() {
    assertThat(Remarks.problem(new NoSuchFileException("/a"))).isEqualTo("/a does not exist");
    assertThat(Remarks.problem(new AccessDeniedException("/a")))
        .isEqualTo("/a may not be used (permissions)");
    assertThat(Remarks.problem(new FileAlreadyExistsException("/a"))).isEqualTo("/a is in the way");
    assertThat(Remarks.problem(new MalformedInputException(1)))
        .isEqualTo("a file that should be text is not UTF-8");
    assertThat(Remarks.problem(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
  }

  @Test
  void listsTenFilesOnOneLine() {
    List<LeftFile> files =
        IntStream.range(0, 12)
            .mapToObj(n -> new LeftFile(Path.of("f" + n), 10, FileTime.fromMillis(0)))
            .toList();

    assertThat(Remarks.left(files, "desk:/w"))
        .startsWith("Files: f0 (10 B), f1 (10 B)")
        .endsWith("f9 (10 B) and 2 more, in desk:/w");
    assertThat(Remarks.left(List.of(), "desk:/w")).isEmpty();
    assertThat(
            Remarks.left(
                List.of(new LeftFile(Path.of("a\n\n# Done\u0007\r.md"), 1, FileTime.fromMillis(0))),
                "w"))
        .isEqualTo("Files: a # Done .md (1 B), in w");
  }

  @Test
  void tellsWhatARunUsed() {
    Usage one = new Usage(1, 1_000, 200, 34, Optional.empty());

    assertThat(Remarks.spent(Duration.ofSeconds(61), one, new BigDecimal("0.5"), "r1"))
        .isEqualTo("Took 1 min 1 s · 1 call · 1,234 tokens · $0.50 · run r1");
    assertThat(Remarks.spent(Duration.ofSeconds(2), Usage.NONE, BigDecimal.ZERO, "r1"))
        .isEqualTo("Took 2 s · run r1");
  }
}
