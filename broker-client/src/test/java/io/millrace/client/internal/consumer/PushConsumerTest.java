package io.millrace.client.internal.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.MillraceException;
import io.millrace.client.StartPosition;
import io.millrace.client.fake.StoredBatches;
import io.millrace.client.fake.StoredBatches.BatchEvent;
import io.millrace.client.internal.connection.TopicRef;
import io.millrace.client.internal.consumer.QueueEntry.Delivery;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Polls entries that the test adds to the queue, without a broker. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class PushConsumerTest {

  /** More than these tests read, so that no credit is granted: the subscription has no link. */
  private static final long CREDIT_BYTES = 1L << 40;

  private static final Duration HOUR = Duration.ofHours(1);

  private final DeliveryQueue queue = new DeliveryQueue();
  private final ConsumerSettings settings = settings(Set.of("car"));
  private final PartitionSubscription feed =
      new PartitionSubscription(null, settings, 0, queue, null);

  private static ConsumerSettings settings(Set<String> sources) {
    return new ConsumerSettings(
        new TopicRef("rides", new UUID(1, 2), 1),
        new TreeMap<>(Map.of(0, StartPosition.earliest())),
        IsolationLevel.DURABLE,
        sources,
        "",
        new ConsumerSettings.Limits(CREDIT_BYTES, 10));
  }

  private PushConsumer consumer(ConsumerSettings settings) {
    SortedMap<Integer, PartitionCursor> cursors = new TreeMap<>();
    cursors.put(0, new PartitionCursor(feed, settings, 0));
    return new PushConsumer(settings, queue, List.of(), cursors, closed -> {});
  }

  /** A delivery of one event, which calls back when it is read. */
  private Delivery delivery(String source, long offset, LongConsumer whenRead) {
    byte[] batch =
        StoredBatches.stored(offset, new BatchEvent(source, 1, source + " at " + offset));
    UnpooledHeapByteBuf bytes =
        new UnpooledHeapByteBuf(UnpooledByteBufAllocator.DEFAULT, batch.length, batch.length) {
          @Override
          protected void deallocate() {
            super.deallocate();
            whenRead.accept(offset);
          }
        };
    bytes.writeBytes(batch);
    return new Delivery(feed, bytes, offset + 1);
  }

  private void add(String source, long offset) {
    queue.add(delivery(source, offset, read -> {}));
  }

  /** Adds an event of another source. Each time such an event is read, it adds another one. */
  private void addEndlessHistory(LongConsumer whenRead) {
    addHistory(0, whenRead);
  }

  private void addHistory(long offset, LongConsumer whenRead) {
    queue.add(
        delivery(
            "bus",
            offset,
            read -> {
              whenRead.accept(read);
              addHistory(read + 1, whenRead);
            }));
  }

  private static List<String> poll(PushConsumer consumer, Duration timeout) {
    return consumer.poll(timeout).stream().map(ConsumedEvent::valueAsString).toList();
  }

  @Test
  void pollReturnsInTimeAlthoughUnwantedHistoryContinues() {
    PushConsumer consumer = consumer(settings);
    addEndlessHistory(read -> {});
    assertThat(poll(consumer, Duration.ofMillis(10))).isEmpty();
    assertThat(consumer.position(0)).isPositive();
  }

  @Test
  void pollWithZeroTimeoutReturnsArrivedEventsOnly() {
    PushConsumer consumer = consumer(settings);
    add("bus", 0);
    add("car", 1);
    add("bus", 2);
    queue.add(delivery("car", 3, read -> add("car", 4)));
    assertThat(poll(consumer, Duration.ZERO)).containsExactly("car at 1", "car at 3");
    assertThat(poll(consumer, Duration.ZERO)).containsExactly("car at 4");
    assertThat(poll(consumer, Duration.ZERO)).isEmpty();
  }

  @Test
  void eventsAreReturnedInTimeAlthoughUnwantedHistoryContinues() {
    PushConsumer consumer = consumer(settings);
    queue.add(delivery("car", 0, read -> addHistory(1, next -> {})));
    assertThat(poll(consumer, Duration.ofMillis(10))).containsExactly("car at 0");
  }

  @Test
  void wakeupEndsAPollDuringUnwantedHistory() {
    PushConsumer consumer = consumer(settings);
    addEndlessHistory(
        read -> {
          if (read == 3) {
            consumer.wakeup();
          }
        });
    assertThat(poll(consumer, HOUR)).isEmpty();
    assertThat(consumer.position(0)).isEqualTo(4);
  }

  @Test
  void interruptEndsAPollDuringUnwantedHistory() {
    PushConsumer consumer = consumer(settings);
    addEndlessHistory(
        read -> {
          if (read == 3) {
            Thread.currentThread().interrupt();
          }
        });
    assertThatExceptionOfType(MillraceException.class)
        .isThrownBy(() -> consumer.poll(HOUR))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(consumer.position(0)).isEqualTo(4);
  }

  @Test
  void interruptKeepsTheEventsThatWereDecodedBefore() {
    PushConsumer consumer = consumer(settings);
    queue.add(delivery("car", 0, read -> Thread.currentThread().interrupt()));
    add("car", 1);
    assertThat(poll(consumer, HOUR)).containsExactly("car at 0");
    assertThatExceptionOfType(MillraceException.class)
        .isThrownBy(() -> consumer.poll(HOUR))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(poll(consumer, HOUR)).containsExactly("car at 1");
  }

  @Test
  void pollAcceptsAnEndlessTimeout() {
    PushConsumer consumer = consumer(settings);
    add("car", 0);
    assertThat(poll(consumer, ChronoUnit.FOREVER.getDuration())).containsExactly("car at 0");
  }

  @Test
  void errorIsThrownAfterTheEventsBeforeItAndLosesNone() {
    ErringSet sources = new ErringSet(2, 2);
    PushConsumer consumer = consumer(settings(sources));
    byte[] batch =
        StoredBatches.stored(
            0,
            new BatchEvent("car", 1, "a"),
            new BatchEvent("car", 1, "b"),
            new BatchEvent("car", 1, "c"));
    queue.add(new Delivery(feed, Unpooled.wrappedBuffer(batch), 3));
    assertThat(poll(consumer, HOUR)).containsExactly("a");
    assertThat(consumer.position(0)).isEqualTo(1);
    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> consumer.poll(HOUR));
    assertThat(consumer.position(0)).isEqualTo(1);
    assertThat(poll(consumer, HOUR)).containsExactly("b", "c");
  }

  /** Contains every element. Throws OutOfMemoryError for some of the lookups. */
  private static final class ErringSet extends AbstractSet<String> {

    private final int firstError;
    private final int errors;
    private int looks;

    ErringSet(int firstError, int errors) {
      this.firstError = firstError;
      this.errors = errors;
    }

    @Override
    public boolean contains(Object source) {
      looks++;
      if (looks >= firstError && looks < firstError + errors) {
        throw new OutOfMemoryError("look " + looks);
      }
      return true;
    }

    @Override
    public Iterator<String> iterator() {
      return List.of("car").iterator();
    }

    @Override
    public int size() {
      return 1;
    }
  }
}
