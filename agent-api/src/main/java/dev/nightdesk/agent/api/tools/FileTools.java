package dev.nightdesk.agent.api.tools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Reads and changes single files. */
final class FileTools {
  /** What the model gets to read at once. */
  static final int MOST_CHARACTERS = 50_000;

  private static final int MOST_LINES = 2_000;

  private final Folder folder;

  FileTools(Folder folder) {
    this.folder = folder;
  }

  String read(Arguments arguments) throws IOException, ToolException {
    Path place = folder.place(arguments.text("path"));
    int first = arguments.number("offset", 1, Integer.MAX_VALUE);
    int most = arguments.number("limit", MOST_LINES, MOST_LINES);
    String text = text(place);
    String[] lines = text.split("(?<=\n)", text.endsWith("\n") ? 0 : -1);
    StringBuilder said = new StringBuilder();
    int next = first;
    while (next <= lines.length && next - first < most) {
      String line = Shortened.middle(lines[next - 1], MOST_CHARACTERS / 2);
      if (said.length() + line.length() > MOST_CHARACTERS) {
        break;
      }
      said.append(line);
      next++;
    }
    if (next <= lines.length) {
      said.append("\n[… ").append(lines.length).append(" lines in all; go on with offset ");
      said.append(next).append(" …]");
    }
    return said.toString();
  }

  String write(Arguments arguments) throws IOException, ToolException {
    Path place = folder.place(arguments.text("path"));
    byte[] bytes = arguments.text("content").getBytes(StandardCharsets.UTF_8);
    folder.write(place, bytes);
    return "Wrote " + bytes.length + " bytes to " + place + ".";
  }

  String edit(Arguments arguments) throws IOException, ToolException {
    Path place = folder.place(arguments.text("path"));
    String old = arguments.text("old");
    String now = arguments.text("new");
    String text = text(place);
    int at = old.isEmpty() ? -1 : text.indexOf(old);
    if (at < 0) {
      throw ToolException.failed("The text to replace is not in " + place + ". Read it again.");
    }
    boolean all = arguments.flag("all");
    if (!all && text.indexOf(old, at + 1) >= 0) {
      throw ToolException.failed(
          "The text to replace is more than once in " + place + ". Give more of it, or say all.");
    }
    String changed =
        all
            ? text.replace(old, now)
            : text.substring(0, at) + now + text.substring(at + old.length());
    folder.write(place, changed.getBytes(StandardCharsets.UTF_8));
    return "Changed " + place + ".";
  }

  private String text(Path place) throws IOException, ToolException {
    return text(folder.read(place))
        .orElseThrow(() -> ToolException.failed(place + " is not text."));
  }

  /** Bytes as text, where they are text; what is not UTF-8 becomes U+FFFD. */
  static Optional<String> text(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return Optional.empty();
      }
    }
    return Optional.of(new String(bytes, StandardCharsets.UTF_8));
  }
}
