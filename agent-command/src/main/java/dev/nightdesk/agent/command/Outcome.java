package dev.nightdesk.agent.command;

import dev.nightdesk.agent.command.JsonFields.Found;
import dev.nightdesk.agent.command.JsonFields.UnreadableException;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.toolkit.TextLimit;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a program has said, whether it ended well or not.
 *
 * @param text its result, or what it printed where no result could be made out
 * @param cut whether there was more than the limit allows
 * @param unreadable what is wrong with it, as the end of a sentence
 * @param events what it reports about itself
 */
record Outcome(String text, boolean cut, Optional<String> unreadable, List<RunEvent> events) {
  private static final int LONGEST_LINE = 300;

  static Outcome read(CommandFiles files, Optional<JsonFields> json, long limit)
      throws IOException {
    CommandFiles.Said said = files.said(limit);
    Outcome plain = new Outcome(said.text(), said.cut(), Optional.empty(), List.of());
    if (json.isEmpty() || said.text().isBlank()) {
      return plain;
    }
    try (Reader in = new InputStreamReader(files.open(), StandardCharsets.UTF_8)) {
      return plain.with(json.get().read(in), json.get(), limit);
    } catch (UnreadableException e) {
      return new Outcome(
          plain.text(), plain.cut(), Optional.of(String.valueOf(e.getMessage())), List.of());
    }
  }

  private Outcome with(Found found, JsonFields json, long limit) {
    List<RunEvent> events =
        Stream.of(found.introduction(), found.call()).flatMap(Optional::stream).toList();
    if (found.result().isEmpty()) {
      return new Outcome(text, cut, Optional.of("has no result at " + json.result()), events);
    }
    String whole = found.result().get();
    String kept = TextLimit.toBytes(whole, (int) Math.min(limit, Integer.MAX_VALUE - 8), "");
    return new Outcome(kept, kept.length() < whole.length(), Optional.empty(), events);
  }

  /** Its last line that is not blank, for a program that complains on standard output. */
  String lastLine() {
    String last =
        text.lines().filter(line -> !line.isBlank()).reduce("", (earlier, later) -> later);
    return TextLimit.toCharacters(last.strip().replaceAll("\\p{Cntrl}", " "), LONGEST_LINE, "…");
  }
}
