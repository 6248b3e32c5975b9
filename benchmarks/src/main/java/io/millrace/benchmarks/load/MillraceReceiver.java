package io.millrace.benchmarks.load;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.StartPosition;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Receives events with a Millrace consumer. */
final class MillraceReceiver implements Receiver {

  private final Function<StartPosition, Consumer> opener;
  private Consumer consumer;

  MillraceReceiver(Function<StartPosition, Consumer> opener, StartPosition start) {
    this.opener = opener;
    this.consumer = opener.apply(start);
  }

  @Override
  public int poll(Duration timeout, java.util.function.Consumer<byte[]> values) {
    List<ConsumedEvent> events = consumer.poll(timeout);
    for (ConsumedEvent event : events) {
      values.accept(event.value());
    }
    return events.size();
  }

  @Override
  public void rewind() {
    consumer.close();
    consumer = opener.apply(StartPosition.earliest());
  }

  @Override
  public void close() {
    consumer.close();
  }
}
