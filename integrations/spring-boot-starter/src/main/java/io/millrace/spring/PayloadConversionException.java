package io.millrace.spring;

/** A value cannot be converted to an object of the program, or an object to a value. */
public final class PayloadConversionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates a failure.
   *
   * @param cause may be null
   */
  public PayloadConversionException(String message, Throwable cause) {
    super(message, cause);
  }
}
