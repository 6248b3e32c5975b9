package io.millrace.filter;

/** The limits of a filter. They bound the memory of a filter and its time for an event. */
final class FilterLimits {

  /** Bytes of UTF-8. */
  static final int TEXT_BYTES = 4096;

  /** Fields, constants, tests and logical operators. */
  static final int NODES = 200;

  /** Parentheses and {@code !} within each other. */
  static final int DEPTH = 32;

  /** Different JSON paths. */
  static final int JSON_PATHS = 16;

  /** Steps of one JSON path. The reader of wanted values recurses this deep. */
  static final int JSON_STEPS = 32;

  /** Digits of the exponent of a number in a filter. */
  static final int EXPONENT_DIGITS = 9;

  /** Regular expressions in one filter. */
  static final int PATTERNS = 8;

  static final int PATTERN_CHARS = 512;

  /** Groups of a regular expression within each other. */
  static final int PATTERN_DEPTH = 32;

  /** Instructions of a compiled regular expression, with all repetitions written out. */
  static final int PATTERN_SIZE = 1000;

  /**
   * Instructions of a regular expression times bytes of the text. In the worst case, re2j needs 50
   * ns for each on a busy machine.
   */
  static final long PATTERN_STEPS = 4 << 20;

  /** Objects and arrays of a JSON text within each other. */
  static final int JSON_DEPTH = 1024;

  private FilterLimits() {}
}
