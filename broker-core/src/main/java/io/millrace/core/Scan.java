package io.millrace.core;

/**
 * A long read, done in steps so that the readers' pool serves others in between. One thread at a
 * time.
 */
interface Scan<T> {

  /**
   * Reads on, a bounded amount.
   *
   * @return the result, or null when there is more to read
   */
  T step();
}
