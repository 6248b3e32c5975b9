package io.millrace.storage;

/**
 * What a storage takes from the operating system at most, with the logs that are open now.
 *
 * @param openFiles number of file descriptors
 * @param memoryMaps number of memory maps
 */
public record ResourceNeeds(long openFiles, long memoryMaps) {

  /** A storage that opens and maps no files. */
  public static final ResourceNeeds NONE = new ResourceNeeds(0, 0);
}
