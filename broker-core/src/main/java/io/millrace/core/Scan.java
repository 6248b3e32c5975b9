package io.millrace.core;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A long read in steps, between which the reader pool does other work. One thread at a time. */
interface Scan<T> {

  /**
   * Reads a bounded amount. Called on a thread of the pool, which may wait for a device.
   *
   * @param pool continues the step if the engine completes a read on a thread of its own
   * @return completes with the result, or with null if there is more to read
   */
  CompletionStage<T> step(Executor pool);
}
