package io.millrace.client.internal.consumer;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Lets one thread at a time use a consumer, and releases what the consumer holds when it is closed:
 * at once, or when the thread that uses it leaves. Thread-safe.
 */
public final class SingleUser {

  private final String object;
  private final Runnable release;
  private final AtomicReference<Thread> user = new AtomicReference<>();
  private volatile boolean closed;

  /**
   * @param object the kind of the object, and what it reads
   * @param release frees what the closed consumer holds; may be called more than once, by one
   *     thread at a time
   */
  public SingleUser(String object, Runnable release) {
    this.object = object;
    this.release = release;
  }

  /**
   * The calling thread begins to use the consumer.
   *
   * @throws MillraceException {@code CONCURRENT_USE} if a thread uses it
   */
  public void enter() {
    Thread other = user.compareAndExchange(null, Thread.currentThread());
    if (other == Thread.currentThread()) {
      throw new MillraceException(
          ErrorCode.CONCURRENT_USE,
          "the "
              + object
              + " is in use: it is called by its own listener or handler; do that after poll() or"
              + " process(), on the same thread");
    }
    if (other != null) {
      throw new MillraceException(
          ErrorCode.CONCURRENT_USE,
          "the "
              + object
              + " is in use by thread "
              + other.getName()
              + "; a consumer is for one thread: build one consumer for each thread");
    }
  }

  /** Enters, if no thread uses the consumer. */
  public boolean tryEnter() {
    return user.compareAndSet(null, Thread.currentThread());
  }

  /** Whether the calling thread uses the consumer now. */
  public boolean isCaller() {
    return user.get() == Thread.currentThread();
  }

  /** The calling thread does not use the consumer any more. */
  public void leave() {
    user.set(null);
    if (closed) {
      releaseIfIdle();
    }
  }

  /** The consumer is closed. */
  public void close() {
    closed = true;
    releaseIfIdle();
  }

  private void releaseIfIdle() {
    if (tryEnter()) {
      release.run();
      user.set(null);
    }
  }
}
