package io.millrace.client.internal.consumer;

import io.millrace.client.ConsumedEvent;

/** An event that waits for a handler, or is being handled. */
record ProcessingTask(
    OwnedPartition partition,
    FinishedPrefix prefix,
    FinishedPrefix.Slot slot,
    ConsumedEvent event) {

  /** The size of its key and value. */
  long bytes() {
    return length(event.key()) + length(event.value());
  }

  private static long length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
