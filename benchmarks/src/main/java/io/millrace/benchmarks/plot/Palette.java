package io.millrace.benchmarks.plot;

import java.util.List;

/** Colours for systems. They also differ in lightness, for people who cannot distinguish hues. */
final class Palette {

  static final String INK = "#1f2328";
  static final String FAINT_INK = "#59636e";
  static final String GRID = "#d8dee4";

  private static final List<String> SERIES =
      List.of("#0b57a4", "#e08a1e", "#3f8f5a", "#8a8f98", "#b03a78");

  private Palette() {}

  /** The colour of the system with this index. */
  static String series(int index) {
    return SERIES.get(index % SERIES.size());
  }
}
