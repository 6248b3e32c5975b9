package io.millrace.benchmarks;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table of text.
 *
 * @param rows the rows, all of the same length; the first has the headings
 */
record TextTable(List<List<String>> rows) {

  /** The table in aligned columns. */
  String text() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        text.append(i == 0 ? "" : "  ").append(row.get(i));
        text.append(" ".repeat(i == columns - 1 ? 0 : widths[i] - row.get(i).length()));
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** The table in Markdown. */
  String markdown() {
    String rule = "|" + "---|".repeat(rows.get(0).size());
    return rows.stream()
        .map(row -> "| " + String.join(" | ", row) + " |")
        .collect(Collectors.joining("\n"))
        .replaceFirst("\n", "\n" + rule + "\n");
  }
}
