package io.millrace.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.command.CommandFailure;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.FilterCounters;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ScheduledLoadTest {

  private static final int RATE = 1_000_000;

  @Test
  void aLoadThatIsTooLateEndsEarly() {
    CountingProducer producer = new CountingProducer();
    ScheduledLoad load = new ScheduledLoad(producer, new EmptyConsumer(), 100, RATE, Duration.ZERO);

    assertThatThrownBy(() -> load.run(Duration.ofMinutes(1)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("the load cannot reach its rate: event ")
        .hasMessageContaining(" of 60000000 is ")
        .hasMessageEndingWith(
            "at most 0 ms are allowed; choose a lower --rate or a smaller --size");
    assertThat(producer.sent.get()).isLessThan(60L * RATE);
  }

  /** Acknowledges nothing. */
  private static final class CountingProducer implements Producer {

    private final AtomicLong sent = new AtomicLong();

    @Override
    public CompletableFuture<Receipt> send(Event event) {
      sent.incrementAndGet();
      return new CompletableFuture<>();
    }

    @Override
    public void post(Event event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void flush() {}

    @Override
    public String topic() {
      return "rides";
    }

    @Override
    public int partitions() {
      return 1;
    }

    @Override
    public long lastSequence() {
      return Event.NO_SEQUENCE;
    }

    @Override
    public long lastSequence(int partition) {
      return Event.NO_SEQUENCE;
    }

    @Override
    public void close() {}

    @Override
    public void close(Duration timeout) {}
  }

  /** Receives nothing, until its thread is interrupted. */
  private static final class EmptyConsumer implements Consumer {

    @Override
    public List<ConsumedEvent> poll(Duration timeout) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CompletionException("interrupted", null);
      }
      Thread.onSpinWait();
      return List.of();
    }

    @Override
    public String topic() {
      return "rides";
    }

    @Override
    public SortedSet<Integer> partitions() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position(int partition) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<Integer, Long> positions() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FilterCounters filterCounters() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void wakeup() {}

    @Override
    public void close() {}
  }
}
