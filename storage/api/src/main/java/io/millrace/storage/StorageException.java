package io.millrace.storage;

import io.millrace.protocol.ErrorCode;
import java.util.Optional;

/**
 * Storage refused or failed, with a code that says how: {@link ErrorCode#STORAGE_FAILED}, {@link
 * ErrorCode#DISK_FULL}, {@link ErrorCode#CORRUPT_LOG}, {@link ErrorCode#LOG_TOO_NEW}, {@link
 * ErrorCode#LOG_TOO_OLD}, {@link ErrorCode#OFFSET_OUT_OF_RANGE}, {@link ErrorCode#DIRECTORY_LOCKED}
 * or {@link ErrorCode#DIRECTORY_NOT_WRITABLE}. The message names the file or the offset, and the
 * next step.
 */
public final class StorageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final RecoveryCase recoveryCase;

  public StorageException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public StorageException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.recoveryCase = null;
  }

  /** A log is not opened, for one of the cases whose outcome is that it is refused. */
  public StorageException(ErrorCode code, RecoveryCase recoveryCase, String message) {
    super(message);
    this.code = code;
    this.recoveryCase = recoveryCase;
  }

  /** How storage refused. */
  public ErrorCode code() {
    return code;
  }

  /** The case for which a log was not opened, where the code alone does not say which. */
  public Optional<RecoveryCase> recoveryCase() {
    return Optional.ofNullable(recoveryCase);
  }
}
