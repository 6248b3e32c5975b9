package io.millrace.cli.consume;

import io.millrace.cli.command.StopSignal;
import io.millrace.cli.format.EventWriter;
import io.millrace.client.MillraceClient;
import io.millrace.client.QueueConsumer;
import io.millrace.client.QueuedEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Takes events from a queue, prints them, and accepts what was printed. Used by one thread. */
final class QueuePrinter {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final int MOST_AT_ONCE = 1_000;

  private final String queue;
  private final String topic;
  private final EventWriter writer;
  private volatile QueueConsumer opened;

  QueuePrinter(String queue, String topic, EventWriter writer) {
    this.queue = queue;
    this.topic = topic;
    this.writer = writer;
  }

  /**
   * Prints until a signal comes. Then it accepts what was printed and closes the queue, and only
   * after that the process may end.
   *
   * @param max the largest number of events to print
   */
  void print(MillraceClient client, long max) throws IOException {
    int atOnce = (int) Math.max(1, Math.min(MOST_AT_ONCE, max));
    try (StopSignal stop = StopSignal.install(signal -> wakeUp());
        QueueConsumer consumer = client.queueConsumer(topic, queue).maxPollEvents(atOnce).build()) {
      opened = consumer;
      long left = max;
      while (left > 0 && !stop.raised()) {
        left = print(consumer, consumer.poll(POLL), left);
      }
    }
  }

  private void wakeUp() {
    QueueConsumer consumer = opened;
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  /** Accepts events when they are printed; {@code close} gives the others back. */
  private long print(QueueConsumer consumer, List<QueuedEvent> events, long max)
      throws IOException {
    List<QueuedEvent> printed = events.subList(0, (int) Math.min(events.size(), max));
    for (QueuedEvent event : printed) {
      writer.write(event.event());
    }
    writer.flush();
    printed.forEach(consumer::accept);
    return max - printed.size();
  }
}
