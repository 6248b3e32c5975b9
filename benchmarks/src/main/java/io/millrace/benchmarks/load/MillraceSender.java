package io.millrace.benchmarks.load;

import io.millrace.client.Event;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.ReceiptListener;

/** Sends events with a Millrace producer, which reports the receipts of whole batches. */
final class MillraceSender implements Sender {

  private final Producer producer;
  private final Receipts receipts = new Receipts();

  MillraceSender(Producer.Builder settings) {
    this.producer = settings.receipts(receipts).build();
  }

  @Override
  public void send(byte[] value) {
    producer.post(Event.of(value));
  }

  @Override
  public void send(int partition, byte[] value) {
    producer.post(Event.builder().partition(partition).value(value).build());
  }

  @Override
  public void sendAndWait(byte[] value) {
    producer.send(Event.of(value)).join();
  }

  @Override
  public long flush() {
    producer.flush(); // Throws if an event was not acknowledged.
    return receipts.acknowledged;
  }

  @Override
  public void close() {
    producer.close();
  }

  private static final class Receipts implements ReceiptListener {

    // Written only by the client's thread, once for each batch.
    private volatile long acknowledged;

    @Override
    public void stored(Receipt first, int count) {
      acknowledged = acknowledged + count;
    }

    @Override
    public void failed(int partition, int count, MillraceException cause) {
      // Producer.flush throws it.
    }
  }
}
