package io.millrace.client.internal.producer;

/** Sends the open batch of a partition when it has lingered long enough. Event loop only. */
final class LingerTimer {

  private final ProducerSender producer;
  private final PartitionAccumulator accumulator;
  private final Runnable sendReady;

  private boolean running;

  LingerTimer(ProducerSender producer, PartitionAccumulator accumulator, Runnable sendReady) {
    this.producer = producer;
    this.accumulator = accumulator;
    this.sendReady = sendReady;
  }

  /** Starts the timer, unless it is running or the partition has no open batch. */
  void start() {
    long remainingNanos = running ? -1 : accumulator.remainingLingerNanos(System.nanoTime());
    if (remainingNanos >= 0) {
      running = true;
      producer.scheduleNanos(this::expired, remainingNanos);
    }
  }

  private void expired() {
    running = false;
    sendReady.run();
  }
}
