package io.millrace.client;

import io.millrace.protocol.ErrorCode;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A failed {@link Admin#deleteEventsBefore}: at least one partition has kept its events. All other
 * partitions have deleted theirs. The call can be repeated. If a partition failed with a code of
 * the client, such as {@code CONNECTION_LOST}, it is not known whether it has deleted its events.
 *
 * <p>The code is that of the first failure that a repeated call meets again, and of the first
 * failure if there is none. So the exception is {@linkplain #retriable retriable} if all failures
 * are.
 */
public final class EventDeletionException extends MillraceException {

  private static final long serialVersionUID = 1L;

  private final transient SortedMap<Integer, Long> starts;
  private final transient SortedMap<Integer, PartitionDescription.Failure> failures;

  /**
   * Creates a failure.
   *
   * @param starts by partition, for the partitions that have deleted their events
   * @param failures by partition, for the others; at least one
   */
  public EventDeletionException(
      Map<Integer, Long> starts, Map<Integer, PartitionDescription.Failure> failures) {
    this(starts, failures, null);
  }

  /**
   * As {@link #EventDeletionException(Map, Map)}.
   *
   * @param cause may be null
   */
  public EventDeletionException(
      Map<Integer, Long> starts,
      Map<Integer, PartitionDescription.Failure> failures,
      Throwable cause) {
    super(code(new TreeMap<>(failures)), message(starts.size(), new TreeMap<>(failures)), cause);
    this.starts = Collections.unmodifiableSortedMap(new TreeMap<>(starts));
    this.failures = Collections.unmodifiableSortedMap(new TreeMap<>(failures));
  }

  /**
   * The offset of the first event that is kept, by partition, of the partitions that have deleted
   * their events. Null after a deserialization.
   */
  public SortedMap<Integer, Long> starts() {
    return starts;
  }

  /**
   * The failures, by partition, of the partitions that have kept their events. Null after a
   * deserialization.
   */
  public SortedMap<Integer, PartitionDescription.Failure> failures() {
    return failures;
  }

  private static ErrorCode code(SortedMap<Integer, PartitionDescription.Failure> failures) {
    return failures.values().stream()
        .map(PartitionDescription.Failure::code)
        .filter(code -> !code.retriable())
        .findFirst()
        .orElseGet(() -> failures.get(failures.firstKey()).code());
  }

  private static String message(
      int succeeded, SortedMap<Integer, PartitionDescription.Failure> failures) {
    String first = failures.get(failures.firstKey()).message();
    int asked = succeeded + failures.size();
    return asked == 1
        ? first
        : failures.size()
            + " of "
            + asked
            + " partitions have not deleted their events; partition "
            + failures.firstKey()
            + ": "
            + first;
  }
}
