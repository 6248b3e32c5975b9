package io.millrace.client.internal.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.consumer.QueueEntry.Delivery;
import io.millrace.client.internal.consumer.QueueEntry.SubscriptionEnd;
import io.millrace.protocol.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class DeliveryQueueTest {

  private static final long TWO_MINUTES_NANOS = 120_000_000_000L;

  private final DeliveryQueue queue = new DeliveryQueue();

  private static Delivery delivery(long nextOffset) {
    return new Delivery(null, Unpooled.buffer(1).writeByte(0), nextOffset);
  }

  @Test
  void entriesAreTakenInOrder() {
    Delivery first = delivery(1);
    SubscriptionEnd second =
        new SubscriptionEnd(null, new MillraceException(ErrorCode.CLOSED, "over"));
    queue.add(first);
    queue.add(second);
    assertThat(queue.take()).isSameAs(first);
    assertThat(queue.take()).isSameAs(second);
    assertThat(queue.take()).isNull();
  }

  @Test
  void deliveryIsExtendedUntilItIsTaken() {
    Delivery delivery = delivery(1);
    queue.add(delivery);
    assertThat(queue.extend(delivery, 10)).isTrue();
    assertThat(queue.take()).isSameAs(delivery);
    assertThat(queue.extend(delivery, 20)).isFalse();
    assertThat(delivery.nextOffset()).isEqualTo(10);
  }

  @Test
  void closingReleasesPresentAndLaterEntries() {
    ByteBuf inside = Unpooled.buffer(1);
    ByteBuf late = Unpooled.buffer(1);
    queue.add(new Delivery(null, inside, 1));
    queue.close();
    queue.add(new Delivery(null, late, 2));
    assertThat(inside.refCnt()).isZero();
    assertThat(late.refCnt()).isZero();
    assertThat(queue.take()).isNull();
  }

  @Test
  void awaitDistinguishesEntryWakeupAndDeadline() throws InterruptedException {
    long farAway = System.nanoTime() + TWO_MINUTES_NANOS;
    assertThat(queue.await(System.nanoTime())).isFalse();
    queue.wakeUp();
    assertThat(queue.await(farAway)).isFalse();
    queue.add(delivery(1));
    assertThat(queue.await(farAway)).isTrue();
    queue.take();
    queue.close();
    assertThat(queue.await(farAway)).isTrue();
  }
}
