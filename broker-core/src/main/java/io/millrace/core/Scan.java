package io.millrace.core;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A long read, done in steps so that the readers' pool serves others in between. One thread at a
 * time.
 */
interface Scan<T> {

  /**
   * Reads on, a bounded amount. Called on a thread of the pool, which may wait for a device.
   *
   * @param pool where the scan goes on if the engine completes a read elsewhere
   * @return completes with the result, or with null when there is more to read
   */
  CompletionStage<T> step(Executor pool);
}
