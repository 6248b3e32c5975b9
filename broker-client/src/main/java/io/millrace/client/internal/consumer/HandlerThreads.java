package io.millrace.client.internal.consumer;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that run the handler of one {@code process}, and its end. Thread-safe. */
public final class HandlerThreads implements ThreadFactory {

  private final String prefix;
  private final AtomicInteger number = new AtomicInteger();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param prefix the start of the name of each thread; a number follows
   */
  public HandlerThreads(String prefix) {
    this.prefix = prefix;
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(task, prefix + number.incrementAndGet());
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }

  /**
   * Refuses a close that would wait for the calling thread.
   *
   * @throws IllegalStateException if the calling thread runs the handler
   */
  public void requireNoHandler() {
    if (threads.contains(Thread.currentThread())) {
      throw new IllegalStateException(
          "close() waits for the handlers and was called by one; call wakeup() there");
    }
  }

  /** The {@code process}, and what follows it, is over. */
  public void ended() {
    ended.countDown();
  }

  /** Waits for {@link #ended}. Interrupts do not end the wait, and are kept. */
  public void awaitEnd() {
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
