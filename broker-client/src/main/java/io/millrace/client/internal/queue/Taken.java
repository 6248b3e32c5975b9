package io.millrace.client.internal.queue;

import io.millrace.protocol.wire.TakeResponse;

/**
 * The answer to a TAKE.
 *
 * @param response owns its batches; whoever takes this answer releases them
 * @param atMicros when it arrived, by the clock of this program
 * @param atNanos the same, as {@link System#nanoTime()} counts
 */
record Taken(TakeResponse response, long atMicros, long atNanos) {

  /** Whether there are events. */
  boolean isEmpty() {
    return response.partition() == TakeResponse.NOTHING;
  }

  void release() {
    response.batches().release();
  }
}
