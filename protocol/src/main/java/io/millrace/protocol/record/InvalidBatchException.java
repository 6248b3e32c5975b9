package io.millrace.protocol.record;

import io.millrace.protocol.ErrorCode;

/**
 * Thrown for a record batch that violates the format. The message states the place and the rule.
 */
public final class InvalidBatchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  private InvalidBatchException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  /**
   * The error for the client: {@code CORRUPT_BATCH}, {@code MALFORMED_BATCH}, {@code
   * EVENT_TOO_LARGE}, {@code BATCH_TOO_LARGE} or {@code INVALID_SOURCE}.
   */
  public ErrorCode code() {
    return code;
  }

  /** A checksum does not match. */
  public static InvalidBatchException corrupt(String message) {
    return new InvalidBatchException(ErrorCode.CORRUPT_BATCH, message);
  }

  /** The batch violates the format. */
  public static InvalidBatchException malformed(String message) {
    return new InvalidBatchException(ErrorCode.MALFORMED_BATCH, message);
  }

  /** An event exceeds its limit. */
  public static InvalidBatchException eventTooLarge(String message) {
    return new InvalidBatchException(ErrorCode.EVENT_TOO_LARGE, message);
  }

  /** The batch exceeds a limit. */
  public static InvalidBatchException batchTooLarge(String message) {
    return new InvalidBatchException(ErrorCode.BATCH_TOO_LARGE, message);
  }

  /** A source is not UTF-8 of 1 to 255 bytes. */
  public static InvalidBatchException invalidSource(String message) {
    return new InvalidBatchException(ErrorCode.INVALID_SOURCE, message);
  }
}
