package io.millrace.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of events that a consumer of a queue has taken, until the client has them. Who gets
 * the events closes it. Any thread; a second call does nothing.
 */
public final class TakenMemory implements AutoCloseable {

  private final MemoryShare copies;
  private final MemoryShare answers;
  private final AtomicLong copied;
  private final AtomicLong answered;

  /**
   * @param bytes are reserved in both shares
   */
  TakenMemory(MemoryShare copies, MemoryShare answers, long bytes) {
    this.copies = copies;
    this.answers = answers;
    this.copied = new AtomicLong(bytes);
    this.answered = new AtomicLong(bytes);
  }

  /** That of no events. */
  static TakenMemory none() {
    MemoryShare empty = new MemoryShare(0);
    return new TakenMemory(empty, empty, 0);
  }

  /** The batches in the heap are not used any more. The answer counts until {@link #close}. */
  public void copiesAreFree() {
    copies.release(copied.getAndSet(0));
  }

  /** The answer is sent, or never will be. */
  @Override
  public void close() {
    copiesAreFree();
    answers.release(answered.getAndSet(0));
  }
}
