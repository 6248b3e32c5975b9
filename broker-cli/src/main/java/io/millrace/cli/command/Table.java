package io.millrace.cli.command;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of text with column headings. A column is as wide as its widest cell. A column of whole
 * numbers is aligned to the right, every other column to the left. Control characters in a cell are
 * escaped.
 */
public final class Table {

  private final List<List<String>> rows = new ArrayList<>();

  /** A table without rows. */
  public Table(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row, with one cell for each heading. */
  public void add(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(Printable.line(cell.toString()));
    }
    rows.add(row);
  }

  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    boolean[] numeric = new boolean[columns];
    for (int column = 0; column < columns; column++) {
      final int c = column;
      widths[c] = rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0);
      numeric[c] = rows.size() > 1 && rows.stream().skip(1).allMatch(row -> isNumber(row.get(c)));
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String cell = row.get(column);
        String blanks = " ".repeat(widths[column] - cell.length());
        line.append(numeric[column] ? blanks + cell : cell + blanks).append("  ");
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static boolean isNumber(String cell) {
    return !cell.isEmpty() && cell.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
