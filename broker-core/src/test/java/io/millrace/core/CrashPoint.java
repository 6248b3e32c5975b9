package io.millrace.core;

import io.millrace.storage.LogStorage;

/** Keeps the storage as the death of the process would leave it in the middle of an operation. */
final class CrashPoint {

  private final TestBroker test;
  private LogStorage left;

  CrashPoint(TestBroker test) {
    this.test = test;
  }

  /** The process dies here, at the first call. */
  synchronized void take() {
    if (left == null) {
      left = test.copyAsKilled();
    }
  }

  /** Whether the process has died. */
  synchronized boolean taken() {
    return left != null;
  }

  /** Starts the next broker on the storage of that moment. */
  void continueFromThere() {
    test.stop();
    test.open(left);
  }
}
