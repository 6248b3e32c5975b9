package io.millrace.client;

import io.millrace.protocol.ErrorCode;

/**
 * One partition cannot be read, or not further: the broker could not open it, its events are
 * damaged, retention has deleted the next one, or the topic was deleted. A new consumer can read
 * the other partitions, from the {@link Consumer#positions} of the old one.
 */
public final class PartitionReadException extends MillraceException {

  private static final long serialVersionUID = 1L;

  private final int partition;

  /**
   * Creates a failure.
   *
   * @param partition the number of the partition, from 0
   * @param cause may be null
   */
  public PartitionReadException(ErrorCode code, String message, int partition, Throwable cause) {
    super(code, message, cause);
    this.partition = partition;
  }

  /** The number of the partition, from 0. */
  public int partition() {
    return partition;
  }
}
