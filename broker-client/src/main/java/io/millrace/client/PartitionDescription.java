package io.millrace.client;

import io.millrace.protocol.ErrorCode;
import java.util.Objects;
import java.util.Optional;

/**
 * The state of a partition at the time of the request: {@code start <= durable <= end}.
 *
 * <p>If there is a failure, the partition refuses appends and deletions, and may be unreadable too:
 * the broker could not open its log, or opens it again. Then the offsets are 0, or those that were
 * last known, and do not say that the partition has no events. Whether it can be read is what a
 * {@link Consumer} of it finds: it fails with a {@link PartitionReadException} that has the code
 * and the message of the failure.
 *
 * @param partition the number of the partition, from 0
 * @param start the offset of the first event that is kept
 * @param durable the offset after the last event that is fsynced to disk
 * @param end the offset after the last event that is stored
 * @param sizeBytes the number of bytes that are kept
 * @param failure why the partition refuses appends, and perhaps reads; empty if it accepts them
 */
public record PartitionDescription(
    int partition, long start, long durable, long end, long sizeBytes, Optional<Failure> failure) {

  /** Refuses a failure that is null. */
  public PartitionDescription {
    Objects.requireNonNull(failure, "failure");
  }

  /**
   * The reason why a partition refuses appends.
   *
   * @param code the kind of failure
   * @param message what happened, and what to do next
   */
  public record Failure(ErrorCode code, String message) {}
}
