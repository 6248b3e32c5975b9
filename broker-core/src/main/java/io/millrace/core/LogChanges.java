package io.millrace.core;

import io.millrace.protocol.IsolationLevel;

/** Carries the changes of an open log over to the owner of its partition. Any thread. */
record LogChanges(LastingParts lasting, ServedLog served, AppendQueue appends)
    implements Durability.Listener {

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
