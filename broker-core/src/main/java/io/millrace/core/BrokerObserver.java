package io.millrace.core;

/**
 * Receives events and durations of the broker, for metrics. The calls are made on hot paths, on the
 * threads that do the work: an implementation must neither block nor throw.
 */
public interface BrokerObserver {

  /**
   * A batch was checked and appended.
   *
   * @param nanos without the wait for the fsync
   */
  void appended(int events, int bytes, long nanos);

  /** One partition was fsynced. */
  void forced(long nanos);

  /** An append was refused. */
  void refused(BrokerException cause);

  /** The log of a partition has failed with {@code FENCED}: the partition opens it again. */
  void reopening();

  /** Observes nothing. */
  static BrokerObserver none() {
    return new BrokerObserver() {
      @Override
      public void appended(int events, int bytes, long nanos) {}

      @Override
      public void forced(long nanos) {}

      @Override
      public void refused(BrokerException cause) {}

      @Override
      public void reopening() {}
    };
  }
}
