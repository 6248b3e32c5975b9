package io.millrace.protocol.record;

import io.millrace.protocol.ErrorCode;

/** A record batch that breaks the format, with the place and the rule it breaks. */
public final class InvalidBatchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  private InvalidBatchException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  /**
   * What kind of breach: corrupt, malformed, an event or the batch too large, an invalid source.
   */
  public ErrorCode code() {
    return code;
  }

  /** A checksum does not match. */
  public static InvalidBatchException corrupt(String message) {
    return new InvalidBatchException(ErrorCode.CORRUPT_BATCH, message);
  }

  /** The bytes do not follow the format. */
  public static InvalidBatchException malformed(String message) {
    return new InvalidBatchException(ErrorCode.MALFORMED_BATCH, message);
  }

  /** An event is over the limit. */
  public static InvalidBatchException eventTooLarge(String message) {
    return new InvalidBatchException(ErrorCode.EVENT_TOO_LARGE, message);
  }

  /** The batch is over the limit. */
  public static InvalidBatchException batchTooLarge(String message) {
    return new InvalidBatchException(ErrorCode.BATCH_TOO_LARGE, message);
  }

  /** A source is not UTF-8 of 1 to 255 bytes. */
  public static InvalidBatchException invalidSource(String message) {
    return new InvalidBatchException(ErrorCode.INVALID_SOURCE, message);
  }
}
