package io.millrace.benchmarks.rabbitmq;

import com.rabbitmq.stream.ConfirmationHandler;
import com.rabbitmq.stream.ConfirmationStatus;
import com.rabbitmq.stream.Producer;
import io.millrace.benchmarks.load.Sender;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends events with a producer of the stream client. The producer is opened at the first event,
 * because its settings depend on the size of the event and on the method that sends it.
 */
final class RabbitMqSender implements Sender {

  private static final long PAUSE_NANOS = 50_000;

  private final RabbitMqProducers producers;
  private final AtomicLong confirmed = new AtomicLong();
  private volatile String failure;
  private Producer producer;
  private long sent;

  /**
   * Creates a sender without a producer.
   *
   * @param producers opens the producer, which the sender owns
   */
  RabbitMqSender(RabbitMqProducers producers) {
    this.producers = producers;
  }

  @Override
  public void send(byte[] value) {
    if (producer == null) {
      producer = producers.pipelined(value.length);
    }
    send(value, this::answered);
  }

  private void send(byte[] value, ConfirmationHandler handler) {
    producer.send(producer.messageBuilder().addData(value).build(), handler);
    sent++;
  }

  /** Called on the client's thread, or on a thread that has waited for the answer. */
  private void answered(ConfirmationStatus status) {
    if (status.isConfirmed()) {
      confirmed.incrementAndGet();
    } else {
      failure = "an event was not confirmed; RabbitMQ answered with code " + status.getCode();
    }
  }

  @Override
  public void send(int partition, byte[] value) {
    throw new UnsupportedOperationException("a stream has no partitions");
  }

  @Override
  public void sendAndWait(byte[] value) {
    if (producer == null) {
      producer = producers.oneInFlight(value.length);
    }
    CompletableFuture<ConfirmationStatus> answer = new CompletableFuture<>();
    send(value, answer::complete);
    answered(answer.join());
    requireNoFailure();
  }

  @Override
  public long flush() {
    while (confirmed.get() < sent) {
      requireNoFailure();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return confirmed.get();
  }

  private void requireNoFailure() {
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close();
    }
  }
}
