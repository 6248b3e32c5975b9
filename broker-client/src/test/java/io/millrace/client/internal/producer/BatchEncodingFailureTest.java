package io.millrace.client.internal.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.millrace.client.Ack;
import io.millrace.client.Event;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.RetryPolicy;
import io.millrace.client.fake.FakeBroker;
import io.millrace.client.internal.connection.BackoffRange;
import io.millrace.client.internal.connection.BlockingCalls;
import io.millrace.client.internal.connection.BrokerAddress;
import io.millrace.client.internal.connection.ClientSettings;
import io.millrace.client.internal.connection.Connector;
import io.millrace.client.internal.connection.ListenerCalls;
import io.millrace.client.internal.connection.NameService;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.client.internal.connection.TopicRef;
import io.millrace.client.internal.producer.ProducerSettings.Batching;
import io.millrace.client.internal.producer.ProducerSettings.Delivery;
import io.millrace.client.internal.producer.ProducerSettings.EventDefaults;
import io.millrace.client.internal.producer.ProducerSettings.Limits;
import io.millrace.client.internal.security.ClientSecurity;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.wire.SupportedVersions;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Batches that cannot be opened or encoded, because a codec's library cannot be loaded or there is
 * no memory outside the heap. No call waits for them forever.
 */
@Timeout(300)
class BatchEncodingFailureTest {

  /** A codec with which every compression throws. */
  private static final BatchCodec MISSING_CODEC = null;

  private static final int BATCH_BYTES = 1024;
  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  private final FakeBroker broker = new FakeBroker();
  private final UUID topic = broker.topic("rides", 1);
  private final EventLoopGroup eventLoops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ClientSettings client =
      new ClientSettings(
          BrokerAddress.parse(broker.address()),
          "test",
          TIMEOUT,
          TIMEOUT,
          new BackoffRange(Duration.ofMillis(1), Duration.ofMillis(10)),
          SupportedVersions.ofThisBuild(),
          ClientSecurity.NONE);
  private final ReconnectingLink link =
      new ReconnectingLink(
          client,
          new Connector(client, eventLoops.next(), NioSocketChannel.class, NameService.ofSystem()),
          new ListenerCalls(null),
          new Random(1));
  private final BlockingCalls calls = new BlockingCalls(link);
  private final Producers producers =
      new Producers(link, calls, "test", EventClock.system(), new Random(1));

  @BeforeEach
  void connect() {
    calls.await(link.open());
  }

  @AfterEach
  void closeAll() {
    producers.close();
    link.close();
    eventLoops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    broker.close();
  }

  private Producer producer(String name, BatchCodec codec, int batchBytes) {
    ProducerSettings settings =
        new ProducerSettings(
            new TopicRef("rides", topic, 1),
            new EventDefaults("here".getBytes(StandardCharsets.UTF_8), EventClock.system()),
            new Batching(codec, batchBytes, 1, Duration.ZERO),
            new Limits(
                2 * BATCH_BYTES,
                Duration.ZERO,
                FakeBroker.MAX_BATCH_BYTES,
                FakeBroker.MAX_EVENT_BYTES),
            new Delivery(name, Ack.SYNCED, 5, RetryPolicy.defaults(), null));
    return producers.open(settings, true);
  }

  @Test
  void failsItsEventsAndFreesItsMemory() throws Exception {
    Producer producer = producer(null, MISSING_CODEC, BATCH_BYTES);
    for (int i = 0; i < 10; i++) {
      assertFailed(producer.send(Event.of("v")))
          .hasMessageContaining("topic rides partition 0")
          .hasMessageContaining("was not sent")
          .hasRootCauseInstanceOf(NullPointerException.class);
    }
  }

  @Test
  void doesNotBlockFlush() throws Exception {
    Producer producer = producer(null, MISSING_CODEC, BATCH_BYTES);
    CompletableFuture<Receipt> receipt = producer.send(Event.of("v"));
    producer.flush();
    assertThat(receipt).isCompletedExceptionally();
  }

  @Test
  void endsANamedProducer() throws Exception {
    Producer producer = producer("import", MISSING_CODEC, BATCH_BYTES);
    assertFailed(producer.send(Event.builder().value("v").sequence(1).build()));
    producer.flush();
    assertThatThrownBy(() -> producer.send(Event.builder().value("v").sequence(2).build()))
        .asInstanceOf(type(MillraceException.class))
        .returns(ErrorCode.INTERNAL, MillraceException::code);
  }

  @Test
  void usesNoMemoryWhenItCannotBeOpened() {
    Producer producer = producer(null, BatchCodec.NONE, 1);
    for (int i = 0; i < 10; i++) {
      assertThatIllegalArgumentException().isThrownBy(() -> producer.send(Event.of("v")));
    }
  }

  private static AbstractThrowableAssert<?, ?> assertFailed(CompletableFuture<Receipt> receipt)
      throws Exception {
    Throwable failure = receipt.handle((stored, cause) -> cause).get(120, TimeUnit.SECONDS);
    return assertThat(failure)
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL));
  }
}
