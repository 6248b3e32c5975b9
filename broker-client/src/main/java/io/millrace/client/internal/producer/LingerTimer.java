package io.millrace.client.internal.producer;

/**
 * Has a partition looked at again when the batch that is being filled has lingered long enough.
 * Event loop only.
 */
final class LingerTimer {

  private final ProducerSender loop;
  private final PartitionAccumulator queue;
  private final Runnable look;

  private boolean running;

  /**
   * @param look what is done then
   */
  LingerTimer(ProducerSender loop, PartitionAccumulator queue, Runnable look) {
    this.loop = loop;
    this.queue = queue;
    this.look = look;
  }

  /** Runs, unless it does already or no batch is being filled. */
  void start() {
    long lingersNanos = running ? -1 : queue.lingersNanos(System.nanoTime());
    if (lingersNanos >= 0) {
      running = true;
      loop.laterNanos(this::over, lingersNanos);
    }
  }

  private void over() {
    running = false;
    look.run();
  }
}
