package io.millrace.client;

/**
 * A range of offsets of a partition whose events cannot be read, because their bytes are damaged or
 * missing. All other events are served.
 *
 * @param topic the name of the topic
 * @param partition the number of the partition, from 0
 * @param firstOffset the first damaged offset
 * @param endOffset one past the last damaged offset: a consumer continues here
 * @param reason what is damaged, in words
 */
public record DamagedEvents(
    String topic, int partition, long firstOffset, long endOffset, String reason) {

  /** Whether an offset is in the range. */
  public boolean contains(long offset) {
    return firstOffset <= offset && offset < endOffset;
  }
}
