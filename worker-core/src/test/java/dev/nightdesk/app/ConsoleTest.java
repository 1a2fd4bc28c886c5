package dev.nightdesk.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Console console(int width, boolean colours) {
    return new Console(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        width,
        colours);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void movesLiveLinesOutOfTheWayOfOtherLines() {
    Console console = console(80, true);

    console.show(List.of("one", "two"));
    console.print("result");
    console.show(List.of());

    assertThat(out())
        .isEqualTo("one\ntwo\n\u001b[2A\r\u001b[Jresult\none\ntwo\n\u001b[2A\r\u001b[J");
  }

  @Test
  void keepsWhatIsNoResultOutOfTheResults() {
    console(0, false).tell("careful");

    assertThat(out()).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("careful\n");
  }

  @Test
  void writesNoEscapesWithoutColours() {
    Console console = console(80, false);

    assertThat(console.bold("b") + console.red("r") + console.green("g") + console.dim("d"))
        .isEqualTo("brgd");
  }

  @Test
  void cutsATableOnATerminalAndNowhereElse() {
    var form = new Table.Form();
    String title = "x".repeat(100);
    Table narrow = form.table(console(40, false), "TASK", "TITLE");
    narrow.row(new Json(), "worker/1", title);
    narrow.print("");
    assertThat(out().lines()).allMatch(line -> line.length() <= 40).anyMatch(l -> l.endsWith("…"));

    out.reset();
    Table wide = form.table(console(0, false), "TASK", "TITLE");
    wide.row(new Json(), "worker/1", title);
    wide.print("");
    assertThat(out()).isEqualTo("TASK      TITLE\nworker/1  " + title + "\n");
  }

  @Test
  void alignsByColumnsAndNotByCharacters() {
    Table table = new Table.Form().table(console(0, false), "A", "B");
    table.row(new Json(), "日本", "1");
    table.row(new Json(), "abcd", "2");
    table.print("");

    assertThat(out()).isEqualTo("A     B\n日本  1\nabcd  2\n");
  }

  @Test
  void writesJsonThatCannotBreakALine() {
    assertThat(
            new Json()
                .with("a", "x\n\"\u2028\u001b")
                .with("n", 3)
                .with("none", null)
                .with("list", List.of("p", "q"))
                .with("no", java.util.Optional.empty())
                .toString())
        .isEqualTo(
            "{\"a\":\"x\\n\\\"\u2028\\u001B\",\"n\":3,\"none\":null,\"list\":[\"p\",\"q\"],\"no\":null}");
  }
}
