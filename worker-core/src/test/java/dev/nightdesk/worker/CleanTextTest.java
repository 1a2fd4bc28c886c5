package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an agent's words must not do once they stand on a task. */
class CleanTextTest {
  private static final Redaction REDACTION = new Redaction(List.of());
  private static final String GAP = "\u200b";

  @ParameterizedTest
  @ValueSource(strings = {"@alice", "ask (@alice)", "@org/team", "**@alice**", "cc:@a", "@[alice]"})
  void mentionsNobody(String text) {
    assertThat(REDACTION.clean(text)).isEqualTo(text.replace("@", "@" + GAP));
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice@example.org", "a @ b", "@", "npm i x@1.2", "me.you@host"})
  void leavesAddressesAlone(String text) {
    assertThat(REDACTION.clean(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fixes #12",
        "Fix: #12",
        "closed #1",
        "RESOLVES owner/name#3",
        "close https://tracker.example/1",
        "resolve ENG-123",
        "Fixed\n#7"
      })
  void closesNothing(String text) {
    String clean = REDACTION.clean(text);
    String keyword = text.split("[:\\s]", 2)[0];
    assertThat(clean).isEqualTo(text.replace(keyword, keyword + GAP));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixes the bug", "see #12", "prefix #12", "closes at 5", "the fix is #1"})
  void leavesOtherWordsAlone(String text) {
    assertThat(REDACTION.clean(text)).isEqualTo(text);
  }

  @Test
  void forgesNoMarker() {
    String marker = "<!-- nightdesk:run-1-result -->";

    assertThat(REDACTION.clean(marker)).isEqualTo("<!" + GAP + "-- nightdesk:run-1-result -->");
    assertThat(REDACTION.clean("<\u0000!--x-->")).doesNotContain("<!--");
    assertThat(REDACTION.clean("<!\u202e--x-->")).doesNotContain("<!--");
    assertThat(REDACTION.clean("<!<!----x-->")).doesNotContain("<!--");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "![](http://x.example/?d=data)",
        "![a\n[b] c](http://x.example/?d \"t\")",
        "![alt][ref]\n\n[ref]: http://x.example/?d=data",
        "[![](http://x.example/?d=data)](http://y.example)",
        "#![](//x.example/?d)",
        "<img src=http://x.example/?d=data>",
        "<IMG/src='//x.example'>",
        "<picture><source srcset=//x.example>",
        "<video poster=//x.example>",
        "<iframe src=//x.example>",
        "<svg><image href=//x.example></svg>",
        "<input type=image src=//x.example>"
      })
  void letsNothingBeFetchedByLookingAtIt(String text) {
    String clean = REDACTION.clean(text);

    assertThat(clean).doesNotContain("![").doesNotContainPattern("(?i)<[a-z]");
    assertThat(clean.replace(GAP, "")).isEqualTo(text);
    assertThat(REDACTION.clean(clean)).isEqualTo(clean);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a link](http://x.example/?d=data)",
        "<http://x.example>",
        "https://x.example/a",
        "a < imgs && b",
        "Done! [see](x)",
        "a <b>bold</b> word"
      })
  void leavesAloneWhatAPersonHasToClick(String text) {
    assertThat(REDACTION.clean(text)).isEqualTo(text);
  }

  @Test
  void sendsNoCommandsToATerminal() {
    assertThat(REDACTION.conceal("\u001b[1;31mred\u001b[0m")).isEqualTo("red");
    assertThat(REDACTION.conceal("\u001b]52;c;aGk=\u0007clip")).isEqualTo("clip");
    assertThat(REDACTION.conceal("\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\"))
        .isEqualTo("link");
    assertThat(REDACTION.conceal("\u001b\u001b[31m[0mx\u009b1m"))
        .doesNotContain("\u001b", "\u009b");
    assertThat(REDACTION.conceal("a\u0000\u0007\b\u007f\u0085b")).isEqualTo("ab");
  }

  @Test
  void losesNoMoreThanALineToACommandThatNeverEnds() {
    assertThat(REDACTION.conceal("before \u001b]0;title\nthe result\n"))
        .isEqualTo("before \nthe result\n");
  }

  @Test
  void keepsLinesAndTabs() {
    assertThat(REDACTION.conceal("a\r\nb\n\tc")).isEqualTo("a\nb\n\tc");
    assertThat(REDACTION.conceal("a\rb\u2028c\u2029d")).isEqualTo("abcd");
  }

  @ParameterizedTest
  @ValueSource(chars = {'\u061c', '\u200e', '\u200f', '\u202a', '\u202e', '\u2066', '\u2069'})
  void turnsNoTextRound(char mark) {
    assertThat(REDACTION.clean("a" + mark + "b")).isEqualTo("ab");
  }

  @Test
  void keepsEveryOrdinaryCharacter() {
    String text = "Grüße, 你好, שלום, \ud83d\ude80 \ud83d\udc69\u200d\ud83d\udcbb — “done” …";
    assertThat(REDACTION.clean(text)).isEqualTo(text);
  }
}
