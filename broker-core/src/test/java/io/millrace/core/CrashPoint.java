package io.millrace.core;

import io.millrace.storage.LogStorage;

/** Takes what the death of the process would leave in the middle of something. */
final class CrashPoint {

  private final TestBroker test;
  private LogStorage left;

  CrashPoint(TestBroker test) {
    this.test = test;
  }

  /** Here the process dies, the first time that this is passed. */
  synchronized void take() {
    if (left == null) {
      left = test.copyAsKilled();
    }
  }

  /** Lets a next broker find what was left. */
  void continueFromThere() {
    test.stop();
    test.open(left);
  }
}
