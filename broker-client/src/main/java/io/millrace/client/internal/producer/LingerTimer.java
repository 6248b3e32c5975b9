package io.millrace.client.internal.producer;

/** Pumps a partition when its open batch has lingered long enough. Event loop only. */
final class LingerTimer {

  private final ProducerSender producer;
  private final PartitionAccumulator accumulator;
  private final Runnable pump;

  private boolean running;

  LingerTimer(ProducerSender producer, PartitionAccumulator accumulator, Runnable pump) {
    this.producer = producer;
    this.accumulator = accumulator;
    this.pump = pump;
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
    pump.run();
  }
}
