package io.millrace.client;

import io.millrace.protocol.ErrorCode;
import java.util.Objects;
import java.util.Optional;

/**
 * A partition as the broker saw it when it was asked: {@code start <= durable <= end}.
 *
 * @param partition from 0
 * @param start first offset that is kept
 * @param durable one past the last event that is forced to disk
 * @param end one past the last event that is stored
 * @param sizeBytes bytes kept
 * @param failure why it takes no appends; empty when it is healthy
 */
public record PartitionDescription(
    int partition, long start, long durable, long end, long sizeBytes, Optional<Failure> failure) {

  /** Refuses null. */
  public PartitionDescription {
    Objects.requireNonNull(failure, "failure");
  }

  /**
   * Why a partition takes no appends.
   *
   * @param code what kind of failure
   * @param message what happened and what to do next
   */
  public record Failure(ErrorCode code, String message) {}
}
