package io.millrace.filter;

/**
 * A text is not a filter. The message has up to four lines: the problem, the expression, a caret
 * under the place, and what to do next. Of a long expression it shows the part around the place.
 */
public final class InvalidFilterException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Characters of the expression that are shown before and after the place. */
  private static final int SHOWN_CHARS = 50;

  private static final String INDENT = "  ";
  private static final String CUT = "...";

  private final String problem;
  private final int position;
  private final String advice;

  InvalidFilterException(String expression, int position, String problem, String advice) {
    super(message(expression, position, problem, advice));
    this.problem = problem;
    this.position = position;
    this.advice = advice;
  }

  /** What is wrong, in one line. */
  public String problem() {
    return problem;
  }

  /** Index of the first wrong {@code char} of the expression; its length for a missing end. */
  public int position() {
    return position;
  }

  /** What is expected, or what to do next, in one line. */
  public String advice() {
    return advice;
  }

  private static String message(String expression, int position, String problem, String advice) {
    int from = Math.max(0, position - SHOWN_CHARS);
    int to = Math.min(expression.length(), position + SHOWN_CHARS);
    String before = shown(expression.substring(from, position), from > 0, false);
    String after = shown(expression.substring(position, to), false, to < expression.length());
    int character = expression.codePointCount(0, position) + 1;
    return "character "
        + character
        + " of the filter: "
        + problem
        + "\n"
        + INDENT
        + before
        + after
        + "\n"
        + INDENT
        + " ".repeat(before.codePointCount(0, before.length()))
        + "^\n"
        + advice;
  }

  /** Each character as one that takes one column; a wide or combining one moves the caret. */
  private static String shown(String part, boolean cutBefore, boolean cutAfter) {
    StringBuilder shown = new StringBuilder(cutBefore ? CUT : "");
    part.codePoints()
        .map(c -> Character.isISOControl(c) ? ' ' : isHalfAPair(c) ? '?' : c)
        .forEach(shown::appendCodePoint);
    return shown.append(cutAfter ? CUT : "").toString();
  }

  private static boolean isHalfAPair(int codePoint) {
    return codePoint <= Character.MAX_VALUE && Character.isSurrogate((char) codePoint);
  }
}
