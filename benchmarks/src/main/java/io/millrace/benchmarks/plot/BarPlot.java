package io.millrace.benchmarks.plot;

import io.millrace.benchmarks.plot.Svg.Anchor;
import java.util.List;

/**
 * A plot of horizontal bars in groups. Each group has its own scale, so that groups can have
 * different units. The number is at the end of each bar, and a thin line shows its range.
 *
 * @param series the names of the bars of a group
 */
public record BarPlot(String title, List<String> series, List<Group> groups) {

  private static final int WIDTH = 860;
  private static final int LEFT = 250;
  private static final int RIGHT = 190;
  private static final int TOP = 70;
  private static final int BAR = 18;
  private static final int GAP = 16;
  private static final int FONT_SIZE = 13;

  /** Bars that are compared with each other. A series without a number has no bar. */
  public record Group(String title, List<Bar> bars) {}

  /**
   * A bar.
   *
   * @param series index of the series in the plot
   * @param label the number with its unit
   */
  public record Bar(int series, double value, double min, double max, String label) {}

  /** The plot as an SVG document. */
  public String svg() {
    int bars = groups.stream().mapToInt(group -> group.bars().size()).sum();
    Svg svg = new Svg(WIDTH, TOP + bars * BAR + groups.size() * GAP + GAP);
    svg.text(GAP, 28, Anchor.START, 16, Palette.INK, title);
    drawLegend(svg);
    double y = TOP;
    for (Group group : groups) {
      y = draw(svg, group, y) + GAP;
    }
    return svg.toString();
  }

  private void drawLegend(Svg svg) {
    double x = LEFT;
    for (int i = 0; i < series.size(); i++) {
      svg.rectangle(x, 42, 12, 12, Palette.series(i));
      svg.text(x + 18, 53, Anchor.START, FONT_SIZE, Palette.INK, series.get(i));
      x += 40 + series.get(i).length() * 8;
    }
  }

  private double draw(Svg svg, Group group, double top) {
    double largest = group.bars().stream().mapToDouble(Bar::max).max().orElse(1);
    double scale = (WIDTH - LEFT - RIGHT) / largest;
    double middle = top + group.bars().size() * BAR / 2.0;
    svg.text(LEFT - 12, middle + 4, Anchor.END, FONT_SIZE, Palette.INK, group.title());
    double y = top;
    for (Bar bar : group.bars()) {
      svg.rectangle(LEFT, y, bar.value() * scale, BAR - 3, Palette.series(bar.series()));
      double line = y + (BAR - 3) / 2.0;
      svg.line(LEFT + bar.min() * scale, line, LEFT + bar.max() * scale, line, Palette.INK, 1);
      svg.text(
          LEFT + bar.max() * scale + 8,
          y + BAR - 6,
          Anchor.START,
          FONT_SIZE,
          Palette.FAINT_INK,
          bar.label());
      y += BAR;
    }
    return y;
  }
}
