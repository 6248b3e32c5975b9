package io.millrace.spring;

import io.millrace.client.Event;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The producer of a topic. It is opened with the first event, and opened again after it has ended,
 * for example because its topic was deleted. Thread-safe.
 */
final class TopicProducer {

  private final Supplier<Producer.Builder> settings;
  private final SendObserver observer;
  private volatile Producer open;

  /**
   * Creates a producer that is not open.
   *
   * @param observer may be null
   */
  TopicProducer(Supplier<Producer.Builder> settings, SendObserver observer) {
    this.settings = settings;
    this.observer = observer;
  }

  /** As {@link Producer#send}; every {@link MillraceException} is in the future. */
  CompletableFuture<Receipt> send(Event event) {
    long begin = System.nanoTime();
    CompletableFuture<Receipt> receipt;
    try {
      receipt = accept(event);
    } catch (MillraceException e) {
      if (observer != null) {
        observer.refused(e);
      }
      return CompletableFuture.failedFuture(e);
    }
    if (observer == null) {
      return receipt;
    }
    observer.sent();
    return receipt.whenComplete(
        (stored, failure) -> observer.answered(System.nanoTime() - begin, stored, failure));
  }

  void flush() {
    Producer producer = open;
    if (producer != null) {
      producer.flush();
    }
  }

  private CompletableFuture<Receipt> accept(Event event) {
    Producer producer = opened();
    try {
      return producer.send(event);
    } catch (MillraceException e) {
      if (!hasEnded(producer, event, e)) {
        throw e;
      }
      replace(producer);
      return opened().send(event); // the ended producer has not accepted it
    }
  }

  /** Whether the failure is one of the producer, and not one of this event. */
  private static boolean hasEnded(Producer producer, Event event, MillraceException failure) {
    return switch (failure.code()) {
      case EVENT_TOO_LARGE, INVALID_SOURCE, INVALID_REQUEST, OUT_OF_ORDER_SEQUENCE -> false;
      case SEND_TIMEOUT, INTERRUPTED -> false;
      case UNKNOWN_PARTITION -> event.partition() < producer.partitions();
      default -> true;
    };
  }

  private Producer opened() {
    Producer producer = open;
    return producer == null ? openNow() : producer;
  }

  private synchronized Producer openNow() {
    if (open == null) {
      open = settings.get().build();
    }
    return open;
  }

  private void replace(Producer ended) {
    synchronized (this) {
      if (open != ended) {
        return;
      }
      open = null;
    }
    ended.close(Duration.ZERO);
  }
}
