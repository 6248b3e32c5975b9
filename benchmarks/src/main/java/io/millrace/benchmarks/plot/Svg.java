package io.millrace.benchmarks.plot;

import java.util.List;
import java.util.Locale;

/**
 * Builds an SVG document. Coordinates are in pixels from the upper left corner. The background is
 * white, so that the document can be shown on pages of any colour.
 */
final class Svg {

  private static final String FONT = "ui-sans-serif, Helvetica, Arial, sans-serif";

  private final int width;
  private final int height;
  private final StringBuilder body = new StringBuilder();

  Svg(int width, int height) {
    this.width = width;
    this.height = height;
    rectangle(0, 0, width, height, "#ffffff");
  }

  void rectangle(double x, double y, double w, double h, String colour) {
    add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
        x, y, w, h, colour);
  }

  void line(double x1, double y1, double x2, double y2, String colour, double thickness) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>",
        x1, y1, x2, y2, colour, thickness);
  }

  /** Draws a line through the points. */
  void curve(List<Point> points, String colour) {
    StringBuilder text = new StringBuilder();
    for (Point point : points) {
      text.append(String.format(Locale.ROOT, "%.1f,%.1f ", point.x(), point.y()));
    }
    add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
        text.toString().trim(), colour);
  }

  /** Draws a text with its anchor at this point, on the base line. */
  void text(double x, double y, Anchor anchor, int size, String colour, String text) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">%s</text>",
        x, y, anchor.word, size, colour, escape(text));
  }

  private void add(String format, Object... arguments) {
    body.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** The complete document. */
  @Override
  public String toString() {
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " viewBox=\"0 0 %d %d\" font-family=\"%s\">%n",
            width,
            height,
            width,
            height,
            FONT)
        + body
        + "</svg>\n";
  }

  /** Which part of a text its coordinates specify: the start, the middle or the end. */
  enum Anchor {
    START("start"),
    MIDDLE("middle"),
    END("end");

    private final String word;

    Anchor(String word) {
      this.word = word;
    }
  }

  record Point(double x, double y) {}
}
