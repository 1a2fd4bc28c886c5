package dev.nightdesk.app;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * A table for people, or one JSON object per line for scripts. The last column takes what room is
 * left on a terminal.
 */
final class Table {
  /** The option of every command that prints a table. */
  static final class Form {
    @Option(names = "--json", description = "Print one JSON object per line, for scripts.")
    private boolean json;

    Table table(Console console, String... headings) {
      return new Table(console, json, headings);
    }

    boolean isJson() {
      return json;
    }
  }

  private final Console console;
  private final boolean json;
  private final List<List<String>> rows = new ArrayList<>();

  private Table(Console console, boolean json, String... headings) {
    this.console = console;
    this.json = json;
    rows.add(List.of(headings));
  }

  /** Adds a row: its cells for people, or the object for scripts, which is printed at once. */
  void row(Json object, String... cells) {
    if (json) {
      console.print(object.toString());
    } else {
      rows.add(List.of(cells).stream().map(Text::oneLine).toList());
    }
  }

  /** Prints it, or says in words that there is nothing in it. */
  void print(String nothing) {
    if (json) {
      return;
    }
    if (rows.size() == 1) {
      console.tell(nothing);
      return;
    }
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], Text.columns(row.get(i)));
      }
    }
    for (int i = 0; i < rows.size(); i++) {
      String line = line(rows.get(i), widths);
      console.print(i == 0 ? console.bold(line) : line);
    }
  }

  private String line(List<String> cells, int[] widths) {
    var line = new StringBuilder();
    int last = widths.length - 1;
    for (int i = 0; i < last; i++) {
      String cell = cells.get(i);
      line.append(cell).repeat(' ', widths[i] - Text.columns(cell) + 2);
    }
    int room = console.isTerminal() ? console.width() - Text.columns(line.toString()) : 0;
    line.append(room > 10 ? Text.cut(cells.get(last), room) : cells.get(last));
    return line.toString().stripTrailing();
  }
}
