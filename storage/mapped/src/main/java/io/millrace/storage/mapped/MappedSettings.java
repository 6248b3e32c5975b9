package io.millrace.storage.mapped;

/**
 * How the mapped engine uses the machine.
 *
 * @param backgroundThreads threads that prepare and finish segments, 1 to 64
 * @param maxMappedSegments old segments that stay mapped for readers, 1 to 60,000 (Linux allows a
 *     process about 65,000 mappings); the segments that take batches come on top
 * @param reservedBytes free space that segments leave, at least 0
 * @param verifyBytesPerSecond how fast what opening did not check is checked in the background, at
 *     least 0; 0: it is not
 */
public record MappedSettings(
    int backgroundThreads, int maxMappedSegments, long reservedBytes, long verifyBytesPerSecond) {

  private static final MappedSettings DEFAULTS = new MappedSettings(2, 1000);

  /** As the canonical one, with nothing reserved and nothing verified. */
  public MappedSettings(int backgroundThreads, int maxMappedSegments) {
    this(backgroundThreads, maxMappedSegments, 0, 0);
  }

  public MappedSettings {
    requireBetween("backgroundThreads", backgroundThreads, 1, 64);
    requireBetween("maxMappedSegments", maxMappedSegments, 1, 60_000);
    requireBetween("reservedBytes", reservedBytes, 0, Long.MAX_VALUE);
    requireBetween("verifyBytesPerSecond", verifyBytesPerSecond, 0, Long.MAX_VALUE);
  }

  /** As these, with another reserve. */
  public MappedSettings reserving(long bytes) {
    return new MappedSettings(backgroundThreads, maxMappedSegments, bytes, verifyBytesPerSecond);
  }

  /** As these, with what is stored verified at another rate. */
  public MappedSettings verifying(long bytesPerSecond) {
    return new MappedSettings(backgroundThreads, maxMappedSegments, reservedBytes, bytesPerSecond);
  }

  /** Two background threads, 1,000 old segments mapped, nothing reserved, nothing verified. */
  public static MappedSettings defaults() {
    return DEFAULTS;
  }

  private static void requireBetween(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + "; expected " + least + " to " + most);
    }
  }
}
