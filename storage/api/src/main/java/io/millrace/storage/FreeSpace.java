package io.millrace.storage;

/**
 * What a storage can still store.
 *
 * @param bytes for events
 * @param files that can be created; {@link #UNLIMITED} if their number has no limit or is unknown
 */
public record FreeSpace(long bytes, long files) {

  public static final long UNLIMITED = Long.MAX_VALUE;

  /** With less space than this, no log gets another segment. */
  public static final long SMALLEST_BYTES = 1 << 20;

  /** A storage that does not limit the number of files. */
  public static FreeSpace ofBytes(long bytes) {
    return new FreeSpace(bytes, UNLIMITED);
  }

  /** Whether no log gets another segment. */
  public boolean isFull() {
    return bytes < SMALLEST_BYTES || files == 0;
  }
}
