package io.millrace.group;

import io.millrace.protocol.ErrorCode;
import java.util.Objects;

/** Thrown for bytes that are no group record that this build can read. */
public final class GroupRecordException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  GroupRecordException(ErrorCode code, String message) {
    super(message);
    this.code = Objects.requireNonNull(code, "code");
  }

  /** {@code CORRUPT_LOG}, or {@code LOG_TOO_NEW} if a newer build wrote the record. */
  public ErrorCode code() {
    return code;
  }

  static GroupRecordException corrupt(String how) {
    return new GroupRecordException(
        ErrorCode.CORRUPT_LOG, "a group record is damaged: " + how + "; restore the log of groups");
  }

  static GroupRecordException tooNew(String what, int number) {
    return new GroupRecordException(
        ErrorCode.LOG_TOO_NEW,
        "a group record has "
            + what
            + " "
            + number
            + ", which this build does not know; start the newer build that wrote it");
  }
}
