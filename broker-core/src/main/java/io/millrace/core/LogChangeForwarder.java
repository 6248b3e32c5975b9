package io.millrace.core;

import io.millrace.protocol.IsolationLevel;

/** Forwards the changes of an open log to the owner of its partition. Any thread. */
record LogChangeForwarder(LastingParts lasting, ServedLog served, AppendQueue appends)
    implements Durability.OutcomeListener {

  @Override
  public void durableAdvanced() {
    lasting.tellOwner(
        () -> {
          try {
            appends.durableAdvanced();
          } finally {
            lasting.subscriptions().wake(IsolationLevel.DURABLE);
          }
        });
  }

  @Override
  public void logFailed(BrokerException cause) {
    lasting.tellOwner(() -> served.failed(appends, cause));
  }
}
