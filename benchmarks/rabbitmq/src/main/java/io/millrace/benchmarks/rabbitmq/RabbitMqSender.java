package io.millrace.benchmarks.rabbitmq;

import com.rabbitmq.stream.ConfirmationHandler;
import com.rabbitmq.stream.ConfirmationStatus;
import com.rabbitmq.stream.Producer;
import io.millrace.benchmarks.load.Sender;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends through a producer of the stream client. That counts its batches in events, so it is opened
 * with the first event, when their size is known.
 */
final class RabbitMqSender implements Sender {

  private static final long PAUSE_NANOS = 50_000;

  private final Opener opener;
  private final AtomicLong confirmed = new AtomicLong();
  private volatile String failure;
  private Producer producer;
  private long sent;

  /**
   * Opens nothing yet.
   *
   * @param opener whose producers are owned by this
   */
  RabbitMqSender(Opener opener) {
    this.opener = opener;
  }

  @Override
  public void send(byte[] value) {
    if (producer == null) {
      producer = opener.pipelined(value.length);
    }
    send(value, this::answered);
  }

  private void send(byte[] value, ConfirmationHandler handler) {
    producer.send(producer.messageBuilder().addData(value).build(), handler);
    sent++;
  }

  /** Runs on the client's thread. */
  private void answered(ConfirmationStatus status) {
    if (status.isConfirmed()) {
      confirmed.incrementAndGet();
    } else {
      failure = "an event was not confirmed, code " + status.getCode();
    }
  }

  @Override
  public void send(int partition, byte[] value) {
    throw new UnsupportedOperationException("a stream has no partitions");
  }

  @Override
  public void sendAndWait(byte[] value) {
    if (producer == null) {
      producer = opener.oneInFlight(value.length);
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

  /** Opens producers of events of a size, by how they are used first. */
  interface Opener {

    /** One for many events under way. */
    Producer pipelined(int eventBytes);

    /** One that sends each event at once. */
    Producer oneInFlight(int eventBytes);
  }
}
