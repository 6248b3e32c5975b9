package io.millrace.benchmarks.load;

import io.millrace.client.Event;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** Sends through a Millrace producer. */
final class MillraceSender implements Sender {

  private final Producer producer;
  private final BiConsumer<Receipt, Throwable> onReceipt = this::answered;

  // Written on the client's thread. Producer.flush returns after what hangs on the futures has run,
  // so the sending thread sees what it asks for.
  private long acknowledged;
  private volatile Throwable failure;

  /** Takes ownership of the producer. */
  MillraceSender(Producer producer) {
    this.producer = producer;
  }

  @Override
  public void send(byte[] value) {
    count(producer.send(Event.of(value)));
  }

  @Override
  public void send(int partition, byte[] value) {
    count(producer.send(Event.builder().partition(partition).value(value).build()));
  }

  @Override
  public void sendAndWait(byte[] value) {
    producer.send(Event.of(value)).join();
  }

  private void count(CompletableFuture<Receipt> receipt) {
    receipt.whenComplete(onReceipt);
  }

  private void answered(Receipt receipt, Throwable cause) {
    if (cause == null) {
      acknowledged++;
    } else {
      failure = cause;
    }
  }

  @Override
  public long flush() {
    producer.flush();
    if (failure != null) {
      throw new IllegalStateException("an event was not acknowledged", failure);
    }
    return acknowledged;
  }

  @Override
  public void close() {
    producer.close();
  }
}
