package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.util.Objects;
import java.util.UUID;

/**
 * A refusal by the broker: a stable code, and a message with the cause, the limit and the next
 * step.
 */
public final class BrokerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final String OPENED_AGAIN =
      "; the broker opens the log again by itself: try again later; an append that waited for the"
          + " disk may or may not be stored";

  private final ErrorCode code;

  public BrokerException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public BrokerException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code");
  }

  /** A failure of the storage, with its code and message. */
  static BrokerException of(StorageException cause) {
    return new BrokerException(cause.code(), cause.getMessage(), cause);
  }

  /** A failure of a partition's storage: its code, and its message with the partition's name. */
  static BrokerException of(PartitionName partition, StorageException cause) {
    String next = cause.code() == ErrorCode.FENCED ? OPENED_AGAIN : "";
    return new BrokerException(cause.code(), partition.in(cause.getMessage()) + next, cause);
  }

  /** The refusal of a request with the id of a topic that does not exist, or is to be hidden. */
  public static BrokerException unknownTopic(UUID id) {
    return new BrokerException(
        ErrorCode.UNKNOWN_TOPIC,
        "there is no topic with the id " + id + "; look its name up again");
  }

  static BrokerException shuttingDown() {
    return shuttingDown(null);
  }

  /** As {@link #shuttingDown()}, with a cause: a pool that was shut down refused a task. */
  static BrokerException shuttingDown(Throwable cause) {
    return new BrokerException(ErrorCode.SHUTTING_DOWN, "the broker is shutting down", cause);
  }

  /** The kind of refusal. */
  public ErrorCode code() {
    return code;
  }
}
