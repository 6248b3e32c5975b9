package io.millrace.core;

/**
 * Told of what the broker does and how long it took, for metrics. Called on the thread that did it,
 * on hot paths: must neither block nor throw.
 */
public interface BrokerObserver {

  /** A batch was checked and appended, without the wait for its force. */
  void appended(int events, int bytes, long nanos);

  /** One partition was forced. */
  void forced(long nanos);

  /** An append was refused. */
  void refused(BrokerException cause);

  /** Observes nothing. */
  static BrokerObserver none() {
    return new BrokerObserver() {
      @Override
      public void appended(int events, int bytes, long nanos) {}

      @Override
      public void forced(long nanos) {}

      @Override
      public void refused(BrokerException cause) {}
    };
  }
}
