package io.millrace.benchmarks.plot;

import io.millrace.benchmarks.plot.Svg.Anchor;
import io.millrace.benchmarks.plot.Svg.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * A plot of latency by percentile, in the form that HdrHistogram uses. Each step to the right adds
 * a nine to the percentile (90 %, 99 %, 99.9 %). The vertical axis is the latency, in powers of
 * ten.
 */
public record PercentilePlot(String title, List<Curve> curves) {

  private static final int WIDTH = 860;
  private static final int HEIGHT = 440;
  private static final int LEFT = 90;
  private static final int RIGHT = 170;
  private static final int TOP = 60;
  private static final int BOTTOM = 60;
  private static final int FONT_SIZE = 13;
  private static final int LABEL_HEIGHT = 16;

  /**
   * The smallest number of events above a percentile that is drawn. With fewer events, the value of
   * the percentile would depend on chance.
   */
  private static final int MIN_EVENTS_ABOVE = 10;

  private static final int STEPS_PER_NINE = 20;
  private static final double MEDIAN_NINES = Math.log10(2);

  /**
   * A curve.
   *
   * @param series index of the system, which is the same in all plots
   * @param latencies the latencies in nanoseconds
   */
  public record Curve(int series, String label, Histogram latencies) {}

  /** The plot as an SVG document. */
  public String svg() {
    Svg svg = new Svg(WIDTH, HEIGHT);
    svg.text(16, 28, Anchor.START, 16, Palette.INK, title);
    Scale scale = scale();
    drawGrid(svg, scale);
    curves.forEach(curve -> draw(svg, scale, curve));
    drawLabels(svg, scale);
    return svg.toString();
  }

  private Scale scale() {
    double nines = 2;
    double least = Double.MAX_VALUE;
    double most = 0;
    for (Curve curve : curves) {
      nines = Math.max(nines, nines(curve.latencies()));
      least = Math.min(least, curve.latencies().getMinNonZeroValue() / 1e3);
      most = Math.max(most, atNines(curve.latencies(), nines(curve.latencies())));
    }
    return new Scale(
        Math.floor(Math.log10(least)), Math.max(1, Math.ceil(Math.log10(most))), nines);
  }

  /** The number of nines for which the histogram has enough events. */
  private static double nines(Histogram latencies) {
    return Math.max(1, Math.log10(latencies.getTotalCount() / (double) MIN_EVENTS_ABOVE));
  }

  /**
   * The latency in microseconds at a percentile, which is given by its number of nines: 2 is 99 %.
   */
  private static double atNines(Histogram latencies, double nines) {
    return latencies.getValueAtPercentile(100 - 100 * Math.pow(10, -nines)) / 1e3;
  }

  private void drawGrid(Svg svg, Scale scale) {
    drawPercentile(svg, scale.x(MEDIAN_NINES), "50 %");
    for (int nine = 0; nine <= scale.nines(); nine++) {
      drawPercentile(svg, scale.x(nine), percent(nine));
    }
    for (double power = scale.leastPower(); power <= scale.mostPower(); power++) {
      double y = scale.y(Math.pow(10, power));
      svg.line(LEFT, y, WIDTH - RIGHT, y, Palette.GRID, 1);
      svg.text(LEFT - 8, y + 4, Anchor.END, FONT_SIZE, Palette.FAINT_INK, duration(power));
    }
    svg.text(
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 12,
        Anchor.MIDDLE,
        FONT_SIZE,
        Palette.INK,
        "percentile");
  }

  private static void drawPercentile(Svg svg, double x, String label) {
    svg.line(x, TOP, x, HEIGHT - BOTTOM, Palette.GRID, 1);
    svg.text(x, HEIGHT - BOTTOM + 20, Anchor.MIDDLE, FONT_SIZE, Palette.FAINT_INK, label);
  }

  private static String percent(int nine) {
    return switch (nine) {
      case 0 -> "0 %";
      case 1 -> "90 %";
      case 2 -> "99 %";
      default -> "99." + "9".repeat(nine - 2) + " %";
    };
  }

  private static String duration(double power) {
    double micros = Math.pow(10, power);
    return micros < 1e3
        ? String.format("%.0f us", micros)
        : micros < 1e6
            ? String.format("%.0f ms", micros / 1e3)
            : String.format("%.0f s", micros / 1e6);
  }

  private static void draw(Svg svg, Scale scale, Curve curve) {
    double last = nines(curve.latencies());
    List<Point> points = new ArrayList<>();
    for (double nine = 0; nine < last; nine += 1.0 / STEPS_PER_NINE) {
      points.add(new Point(scale.x(nine), scale.y(atNines(curve.latencies(), nine))));
    }
    points.add(end(scale, curve));
    svg.curve(points, Palette.series(curve.series()));
  }

  private static Point end(Scale scale, Curve curve) {
    double last = nines(curve.latencies());
    return new Point(scale.x(last), scale.y(atNines(curve.latencies(), last)));
  }

  /** Draws each name at the end of its curve, or below it if it would overlap another name. */
  private void drawLabels(Svg svg, Scale scale) {
    List<Curve> downwards = new ArrayList<>(curves);
    downwards.sort(Comparator.comparingDouble(curve -> end(scale, curve).y()));
    double y = 0;
    for (Curve curve : downwards) {
      Point end = end(scale, curve);
      y = Math.max(end.y() + 4, y + LABEL_HEIGHT);
      String colour = Palette.series(curve.series());
      svg.text(end.x() + 8, y, Anchor.START, FONT_SIZE, colour, curve.label());
    }
  }

  /** Converts nines and microseconds to pixels. */
  private record Scale(double leastPower, double mostPower, double nines) {

    double x(double nine) {
      return LEFT + nine / nines * (WIDTH - LEFT - RIGHT);
    }

    double y(double micros) {
      double power = Math.log10(Math.max(micros, 1e-3));
      double share = (power - leastPower) / (mostPower - leastPower);
      return HEIGHT - BOTTOM - Math.max(0, share) * (HEIGHT - TOP - BOTTOM);
    }
  }
}
