package io.millrace.client;

import io.millrace.protocol.ErrorCode;
import java.util.Objects;
import java.util.Optional;

/**
 * The state of a partition at the time of the request: {@code start <= durable <= end}.
 *
 * @param partition the number of the partition, from 0
 * @param start the offset of the first event that is kept
 * @param durable the offset after the last event that is fsynced to disk
 * @param end the offset after the last event that is stored
 * @param sizeBytes the number of bytes that are kept
 * @param failure why the partition refuses appends; empty if it accepts them
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
