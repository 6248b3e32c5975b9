package io.millrace.core;

import io.millrace.protocol.IsolationLevel;
import io.millrace.storage.PartitionLog;

/**
 * The rule that says how far a reader of a partition sees, by its isolation. Every read uses it.
 * Any thread.
 */
record VisibleEnd(PartitionLog log, Durability durability) {

  /** One past the last offset that a reader of this isolation sees now. */
  long of(IsolationLevel isolation) {
    return switch (isolation) {
      case DURABLE -> durability.durable();
      case LATEST -> log.offsets().stored();
    };
  }
}
