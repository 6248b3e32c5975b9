package io.millrace.filter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * Compiles regular expressions whose size is bounded. re2j writes repetitions out, so {@code
 * ((a{999}){999}){999}} would need gigabytes before its size could be asked. Therefore the size is
 * estimated first, from the text alone.
 */
final class SafePattern {

  private static final long HUGE = Integer.MAX_VALUE;

  /** A text is not a regular expression, or is too large a one. The message is one line. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final String advice;

    RefusedException(String message, String advice) {
      super(message);
      this.advice = advice;
    }

    String advice() {
      return advice;
    }
  }

  private final String text;
  private final long[] sizes = new long[FilterLimits.PATTERN_DEPTH + 1];
  private int depth;
  private long last;
  private int at;

  private SafePattern(String text) {
    this.text = text;
  }

  /**
   * Compiles a regular expression of RE2.
   *
   * @throws RefusedException if re2j refuses it, or it exceeds a limit
   */
  static Pattern compile(String text) throws RefusedException {
    if (text.length() > FilterLimits.PATTERN_CHARS) {
      throw new RefusedException(
          "a regular expression of " + text.length() + " characters",
          "the limit is " + FilterLimits.PATTERN_CHARS + " characters");
    }
    requireSize(estimate(text));
    Pattern pattern;
    try {
      pattern = Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new RefusedException(
          "not a regular expression: " + e.getDescription(),
          "the syntax is RE2's, without back-references and look-around");
    }
    requireSize(pattern.programSize());
    return pattern;
  }

  private static void requireSize(long size) throws RefusedException {
    if (size > FilterLimits.PATTERN_SIZE) {
      throw new RefusedException(
          "a regular expression that is too large with its repetitions written out",
          "the limit is "
              + FilterLimits.PATTERN_SIZE
              + " instructions; use smaller counts, or * and +");
    }
  }

  /**
   * A size from the text alone. The program of re2j has at most four instructions for each.
   *
   * @throws RefusedException if groups are nested too deep
   */
  static long estimate(String text) throws RefusedException {
    return new SafePattern(text).estimate();
  }

  private long estimate() throws RefusedException {
    while (at < text.length()) {
      char c = text.charAt(at++);
      switch (c) {
        case '(' -> {
          if (!skipFlags()) {
            open();
          }
        }
        case ')' -> close();
        case '[' -> atom(skipClass());
        case '\\' -> escape();
        case '{' -> repeat();
        default -> atom(at);
      }
    }
    long total = 0;
    for (int i = 0; i <= depth; i++) {
      total = Math.min(HUGE, total + sizes[i]);
    }
    return total;
  }

  private void atom(int end) {
    last = 1;
    sizes[depth] = Math.min(HUGE, sizes[depth] + 1);
    at = end;
  }

  private void open() throws RefusedException {
    if (depth == FilterLimits.PATTERN_DEPTH) {
      throw new RefusedException(
          "groups of a regular expression are nested too deep",
          "the limit is " + FilterLimits.PATTERN_DEPTH);
    }
    sizes[++depth] = 0;
  }

  /** {@code (?i)} is no atom: a count after it repeats what is before it. */
  private boolean skipFlags() {
    int end = at;
    if (end == text.length() || text.charAt(end++) != '?') {
      return false;
    }
    while (end < text.length() && (isLetter(text.charAt(end)) || text.charAt(end) == '-')) {
      end++;
    }
    if (end == text.length() || text.charAt(end) != ')') {
      return false;
    }
    at = end + 1;
    return true;
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private void close() {
    if (depth > 0) {
      last = Math.max(1, sizes[depth]);
      depth--;
      sizes[depth] = Math.min(HUGE, sizes[depth] + last);
    }
  }

  /** {@code \Q...\E} is literal text; every other escape is one atom. */
  private void escape() {
    if (at < text.length() && text.charAt(at) == 'Q') {
      int end = text.indexOf("\\E", at);
      int stop = end < 0 ? text.length() : end;
      for (int i = at + 1; i < stop; i++) {
        atom(i);
      }
      at = end < 0 ? stop : stop + 2;
      return;
    }
    atom(Math.min(text.length(), at + 1));
  }

  private int skipClass() {
    int end = at;
    if (end < text.length() && text.charAt(end) == '^') {
      end++;
    }
    if (end < text.length() && text.charAt(end) == ']') {
      end++;
    }
    while (end < text.length() && text.charAt(end) != ']') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    return Math.min(text.length(), end + 1);
  }

  /** {@code {n}}, {@code {n,}} or {@code {n,m}} after an atom; other braces are an atom. */
  private void repeat() {
    int end = text.indexOf('}', at);
    String counts = end < 0 ? "" : text.substring(at, end);
    if (!counts.matches("\\d{1,9}(,\\d{0,9})?")) {
      atom(at);
      return;
    }
    long count = 1;
    for (String part : counts.split(",")) {
      count = Math.max(count, Long.parseLong(part));
    }
    long repeated = Math.min(HUGE, last * count);
    sizes[depth] = Math.min(HUGE, sizes[depth] - last + repeated);
    last = repeated;
    at = end + 1;
  }
}
