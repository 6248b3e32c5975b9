package com.example;

import io.millrace.client.Event;
import io.millrace.client.EventRejectedException;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.QueueConsumer;
import io.millrace.client.QueuedEvent;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Puts orders into a topic, and works on them with four threads. Argument: the broker's address.
 */
public final class OrderWorkers {

  private static final int ORDERS = 100;

  private OrderWorkers() {}

  public static void main(String[] args) {
    try (MillraceClient client = MillraceClient.connect(args[0])) {
      client.admin().createTopic("orders", TopicSpec.partitions(4));
      try (Producer producer = client.producer("orders").build()) {
        for (int i = 0; i < ORDERS; i++) {
          producer.post(Event.of("customer-" + i % 10, "order " + i));
        }
      } // close waits until all are stored
      AtomicInteger left = new AtomicInteger(ORDERS);
      try (QueueConsumer queue =
          client
              .queueConsumer("orders", "workers")
              .maxAttempts(3)
              .backOff(Duration.ofMillis(100), Duration.ofSeconds(10))
              .build()) {
        queue.process(
            job -> {
              try {
                work(job);
              } finally {
                if (isLastAttempt(job) && left.decrementAndGet() == 0) {
                  queue.wakeup(); // all orders are done: process returns
                }
              }
            },
            4);
      }
    }
    System.out.println("worked on " + ORDERS + " orders");
  }

  private static void work(QueuedEvent job) throws IOException, EventRejectedException {
    if (job.valueAsString().equals("order 13")) {
      throw new EventRejectedException("nobody orders this"); // becomes a dead letter
    }
    if (!isLastAttempt(job)) {
      throw new IOException("the shop is busy"); // comes again after the back-off
    }
  }

  /** Here, order 7 succeeds with its second attempt, and all others with the first one. */
  private static boolean isLastAttempt(QueuedEvent job) {
    return !job.valueAsString().equals("order 7") || job.attempts() == 1;
  }
}
