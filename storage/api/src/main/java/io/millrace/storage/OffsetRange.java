package io.millrace.storage;

/**
 * Where the next wanted events of a log may be.
 *
 * @param from the first of the offsets that can have them
 * @param to one past the last of them: the end of a batch, or the limit of the search. Equal to
 *     {@code from} if none were found yet
 * @param skippedBytes bytes of the batches before {@code from} that the search has excluded, to
 *     within the bytes that an index summarizes together
 */
public record OffsetRange(long from, long to, long skippedBytes) {

  public OffsetRange {
    if (from > to) {
      throw new IllegalArgumentException("from " + from + " is above to " + to);
    }
  }

  /** Whether no offset was found. */
  public boolean isEmpty() {
    return from == to;
  }
}
