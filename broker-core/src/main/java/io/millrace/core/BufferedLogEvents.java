package io.millrace.core;

import io.millrace.storage.LogListener;
import io.millrace.storage.StorageException;

/**
 * The listener of a log that has no partition yet. A log gets its listener when it is opened, and
 * the partition is created from the open log. Events in between wait here, and go to the partition
 * in their order. Any thread; the lock is taken once for each move of the durable offset.
 */
final class BufferedLogEvents implements LogListener {

  private LogListener partition;
  private long durable = -1;
  private StorageException failure;

  /**
   * Passes the events so far, and all later ones, to a receiver. One call.
   *
   * @param known the durable offset that the receiver already has; it gets only greater offsets
   */
  synchronized void passTo(LogListener receiver, long known) {
    partition = receiver;
    if (durable > known) {
      receiver.durable(durable);
    }
    if (failure != null) {
      receiver.failed(failure);
    }
  }

  @Override
  public synchronized void durable(long offset) {
    if (partition != null) {
      partition.durable(offset);
    } else {
      durable = offset;
    }
  }

  @Override
  public synchronized void failed(StorageException cause) {
    if (partition != null) {
      partition.failed(cause);
    } else {
      failure = cause;
    }
  }
}
