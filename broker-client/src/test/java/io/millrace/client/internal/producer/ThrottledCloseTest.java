package io.millrace.client.internal.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Receipt;
import io.millrace.client.fake.Exchange;
import io.millrace.client.fake.FakeBroker;
import io.millrace.protocol.wire.ProduceRequest;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThrottledCloseTest {

  private static final long LIMIT_SECONDS = 120;

  /** The close of a client and {@code close()} are patient, with a longer timeout. */
  @Test
  void aPatientCloseWaitsAsLongAsAQuotaHoldsTheReceiptBack() throws Exception {
    try (FakeBroker broker = new FakeBroker();
        MillraceClient client = MillraceClient.connect(broker.address())) {
      broker.topic("rides", 1);
      BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
      BatchingProducer producer = (BatchingProducer) client.producer("rides").build();
      CompletableFuture<Receipt> receipt = producer.send(Event.of("a"));
      Exchange exchange = held.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      exchange.session().throttle(Duration.ofMinutes(1), true);
      client.admin().listTopics(); // the push was read
      Thread closer = new Thread(() -> producer.close(Duration.ofMillis(5), true));
      closer.start();
      try (MillraceClient other = MillraceClient.connect(broker.address())) {
        BatchingProducer unlimited = (BatchingProducer) other.producer("rides").build();
        CompletableFuture<Receipt> failed = unlimited.send(Event.of("b"));
        unlimited.close(Duration.ofMillis(500), true); // so long has the first one waited, too
        assertThat(failed).isCompletedExceptionally();
      }
      assertThat(closer.isAlive()).isTrue();
      assertThat(receipt).isNotDone();
      exchange.proceed();
      closer.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
      assertThat(closer.isAlive()).isFalse();
      assertThat(receipt.join().offset()).isZero();
    }
  }
}
