package io.millrace.storage;

import io.millrace.protocol.ErrorCode;
import java.util.Optional;

/**
 * Storage refused or failed, with a code that says how: {@link ErrorCode#STORAGE_FAILED}, {@link
 * ErrorCode#DISK_FULL}, {@link ErrorCode#RESOURCES_EXHAUSTED}, {@link ErrorCode#FENCED}, {@link
 * ErrorCode#CORRUPT_LOG}, {@link ErrorCode#LOG_TOO_NEW}, {@link ErrorCode#LOG_TOO_OLD}, {@link
 * ErrorCode#OFFSET_OUT_OF_RANGE}, {@link ErrorCode#INVALID_TOPIC_SETTING}, {@link
 * ErrorCode#DIRECTORY_LOCKED} or {@link ErrorCode#DIRECTORY_NOT_WRITABLE}. The message names what
 * is affected, such as the log, the offset or the setting, and the next step.
 */
public final class StorageException extends RuntimeException {

  /** The end of a message: a way out for a topic whose log cannot be restored. */
  public static final String OR_DELETE_TOPIC = ", or delete the topic";

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String finding;

  public StorageException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public StorageException(ErrorCode code, String message, Throwable cause) {
    this(code, message, cause, null);
  }

  private StorageException(ErrorCode code, String message, Throwable cause, String finding) {
    super(message, cause);
    this.code = code;
    this.finding = finding;
  }

  /**
   * This failure with the name of a finding. Code, message, cause and stack trace are the same.
   *
   * @param name as in {@link RecoveryFinding#name}
   */
  public StorageException named(String name) {
    StorageException named = new StorageException(code, getMessage(), getCause(), name);
    named.setStackTrace(getStackTrace());
    for (Throwable suppressed : getSuppressed()) {
      named.addSuppressed(suppressed);
    }
    return named;
  }

  /** How storage refused or failed. */
  public ErrorCode code() {
    return code;
  }

  /**
   * Whether the call has changed nothing and the next one may succeed, without a new opening: there
   * is no space, or too few descriptors or memory maps.
   */
  public boolean isShortage() {
    return code == ErrorCode.DISK_FULL || code == ErrorCode.RESOURCES_EXHAUSTED;
  }

  /** The name of the finding that prevented the opening of a log, if the engine gives one. */
  public Optional<String> finding() {
    return Optional.ofNullable(finding);
  }
}
