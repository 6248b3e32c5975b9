package io.millrace.core;

import io.millrace.storage.LogListener;
import io.millrace.storage.StorageException;
import java.util.concurrent.CompletableFuture;

/**
 * Passes what an open log tells on to its partition. A log gets its listener when it is opened, and
 * the partition is made from the open log: what the log tells in between waits. Any thread.
 */
final class LogEvents implements LogListener {

  private final CompletableFuture<LogListener> partition = new CompletableFuture<>();

  /** From now on, and for what was told before, this is the receiver. Once. */
  void passTo(LogListener receiver) {
    partition.complete(receiver);
  }

  @Override
  public void durable(long offset) {
    partition.thenAccept(receiver -> receiver.durable(offset));
  }

  @Override
  public void failed(StorageException cause) {
    partition.thenAccept(receiver -> receiver.failed(cause));
  }
}
