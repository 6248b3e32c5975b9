package io.millrace.client.internal;

import io.millrace.client.EventDeletionException;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionDescription;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.DeletionBound;
import io.millrace.protocol.wire.DeletionResult;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The answer to a deletion of events. */
final class DeletionOutcome {

  private DeletionOutcome() {}

  /**
   * The new start offsets, by partition.
   *
   * @throws EventDeletionException if a partition has failed
   */
  static Map<Integer, Long> starts(List<DeletionBound> bounds, List<DeletionResult> results) {
    requireOneForEach(bounds, results);
    Map<Integer, Long> starts = new TreeMap<>();
    Map<Integer, PartitionDescription.Failure> failures = new TreeMap<>();
    sort(results, starts, failures);
    if (!failures.isEmpty()) {
      throw new EventDeletionException(starts, failures);
    }
    return starts;
  }

  /**
   * The failure of a deletion that needs several requests, of which one has failed as a whole. The
   * partitions without a result have failed with its reason.
   *
   * @param results of the requests before it
   */
  static EventDeletionException brokenOff(
      List<DeletionBound> bounds, List<DeletionResult> results, MillraceException cause) {
    requireOneForEach(bounds.subList(0, results.size()), results);
    Map<Integer, Long> starts = new TreeMap<>();
    Map<Integer, PartitionDescription.Failure> failures = new TreeMap<>();
    sort(results, starts, failures);
    for (DeletionBound bound : bounds.subList(results.size(), bounds.size())) {
      failures.put(
          bound.partition(), new PartitionDescription.Failure(cause.code(), cause.getMessage()));
    }
    return new EventDeletionException(starts, failures, cause);
  }

  private static void sort(
      List<DeletionResult> results,
      Map<Integer, Long> starts,
      Map<Integer, PartitionDescription.Failure> failures) {
    for (DeletionResult result : results) {
      if (result.failure() == ErrorCode.NONE) {
        starts.put(result.partition(), result.start());
      } else {
        failures.put(
            result.partition(),
            new PartitionDescription.Failure(result.failure(), result.failureMessage()));
      }
    }
  }

  /** A caller must not take a missing result for a deletion. */
  private static void requireOneForEach(List<DeletionBound> bounds, List<DeletionResult> results) {
    List<Integer> asked = bounds.stream().map(DeletionBound::partition).toList();
    List<Integer> answered = results.stream().map(DeletionResult::partition).toList();
    if (!answered.equals(asked)) {
      throw ClientFailures.brokenProtocol(
          "the partitions " + asked + " were to delete events, and " + answered + " answered");
    }
  }
}
