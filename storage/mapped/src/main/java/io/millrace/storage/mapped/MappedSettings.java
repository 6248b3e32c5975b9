package io.millrace.storage.mapped;

/**
 * The resources that the mapped engine may use.
 *
 * @param backgroundThreads threads that prepare, finish and check segments, 1 to 64
 * @param maxMappedSegments sealed segments that stay mapped for readers, 1 to 60,000 (Linux allows
 *     a process about 65,000 mappings); active segments are mapped in addition
 * @param reservedBytes free disk space that segments do not use, at least 0
 * @param verifyBytesPerSecond rate of the background check of batches that recovery did not check,
 *     at least 0; 0 disables it
 */
public record MappedSettings(
    int backgroundThreads, int maxMappedSegments, long reservedBytes, long verifyBytesPerSecond) {

  private static final MappedSettings DEFAULTS = new MappedSettings(2, 1000);

  /** Settings without a reserve and without background verification. */
  public MappedSettings(int backgroundThreads, int maxMappedSegments) {
    this(backgroundThreads, maxMappedSegments, 0, 0);
  }

  public MappedSettings {
    requireBetween("backgroundThreads", backgroundThreads, 1, 64);
    requireBetween("maxMappedSegments", maxMappedSegments, 1, 60_000);
    requireBetween("reservedBytes", reservedBytes, 0, Long.MAX_VALUE);
    requireBetween("verifyBytesPerSecond", verifyBytesPerSecond, 0, Long.MAX_VALUE);
  }

  /** These settings with another reserve. */
  public MappedSettings reserving(long bytes) {
    return new MappedSettings(backgroundThreads, maxMappedSegments, bytes, verifyBytesPerSecond);
  }

  /** These settings with another rate of background verification. */
  public MappedSettings verifying(long bytesPerSecond) {
    return new MappedSettings(backgroundThreads, maxMappedSegments, reservedBytes, bytesPerSecond);
  }

  /** Two background threads, 1,000 mapped segments, no reserve, no background verification. */
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
