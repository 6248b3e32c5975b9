package io.millrace.group;

/**
 * The position of a group in a partition.
 *
 * @param offset offset of the next event to process
 * @param leaderEpoch epoch of the partition's log as the committing client knows it; -1: unknown
 * @param metadata a text of the client, at most {@value GroupLimits#METADATA_BYTES} bytes of UTF-8
 * @param committedAtMicros microseconds since 1970-01-01
 */
public record CommittedOffset(
    long offset, int leaderEpoch, String metadata, long committedAtMicros) {

  /** Whether another commit says the same, at whatever time. */
  boolean sameAs(CommittedOffset other) {
    return other != null
        && offset == other.offset
        && leaderEpoch == other.leaderEpoch
        && metadata.equals(other.metadata);
  }
}
