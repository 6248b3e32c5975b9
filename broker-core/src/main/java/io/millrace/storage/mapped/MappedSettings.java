package io.millrace.storage.mapped;

/**
 * How the mapped engine uses the machine.
 *
 * @param backgroundThreads threads that prepare and finish segments, 1 to 64
 * @param maxMappedSegments old segments that stay mapped for readers, 1 to 60,000 (Linux allows a
 *     process about 65,000 mappings); the segments that take batches come on top
 */
public record MappedSettings(int backgroundThreads, int maxMappedSegments) {

  private static final MappedSettings DEFAULTS = new MappedSettings(2, 1000);

  public MappedSettings {
    requireBetween("backgroundThreads", backgroundThreads, 1, 64);
    requireBetween("maxMappedSegments", maxMappedSegments, 1, 60_000);
  }

  /** Two background threads, 1,000 old segments mapped. */
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
