package io.millrace.filter;

/** A constant of a filter. */
sealed interface Constant extends Operand {

  /** Text without half surrogate pairs. */
  record Text(String text) implements Constant {}

  /**
   * A time.
   *
   * @param text as written
   * @param micros since 1970-01-01T00:00:00Z
   */
  record Time(String text, long micros) implements Constant {}

  /**
   * A number.
   *
   * @param text as written, in the form of JSON
   */
  record Number(String text) implements Constant {}

  record Truth(boolean value) implements Constant {}

  record Null() implements Constant {}
}
