package io.millrace.storage.mapped;

/**
 * How the mapped engine uses the machine.
 *
 * @param backgroundThreads threads that prepare and finish segments, 1 to 64
 * @param maxMappedSegments old segments that stay mapped for readers, 1 to 60,000 (Linux allows a
 *     process about 65,000 mappings); the segments that take batches come on top
 * @param reservedBytes free space that segments leave, at least 0
 */
public record MappedSettings(int backgroundThreads, int maxMappedSegments, long reservedBytes) {

  private static final MappedSettings DEFAULTS = new MappedSettings(2, 1000, 0);

  /** As the canonical one, with nothing reserved. */
  public MappedSettings(int backgroundThreads, int maxMappedSegments) {
    this(backgroundThreads, maxMappedSegments, 0);
  }

  public MappedSettings {
    requireBetween("backgroundThreads", backgroundThreads, 1, 64);
    requireBetween("maxMappedSegments", maxMappedSegments, 1, 60_000);
    if (reservedBytes < 0) {
      throw new IllegalArgumentException(
          "reservedBytes is " + reservedBytes + "; expected 0 or more");
    }
  }

  /** As these, with another reserve. */
  public MappedSettings reserving(long bytes) {
    return new MappedSettings(backgroundThreads, maxMappedSegments, bytes);
  }

  /** Two background threads, 1,000 old segments mapped, nothing reserved. */
  public static MappedSettings defaults() {
    return DEFAULTS;
  }

  private static void requireBetween(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + "; expected " + least + " to " + most);
    }
  }
}
