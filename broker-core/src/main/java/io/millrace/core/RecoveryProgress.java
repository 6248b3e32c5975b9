package io.millrace.core;

/** Receives the progress of {@link Broker#open}. Called on any thread, one call at a time. */
@FunctionalInterface
public interface RecoveryProgress {

  /**
   * One more partition is open, or has failed to open.
   *
   * @param partitionsOpened number of partitions opened so far
   * @param partitionsTotal number of partitions of all topics
   */
  void opened(int partitionsOpened, int partitionsTotal);
}
