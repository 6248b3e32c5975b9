package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenNamedProducerResponse;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenProducerResponse;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client can do under the producer id of another client, and what the owner can do. */
@ExtendWith(NoLeaks.class)
@ParameterizedClass
@ValueSource(strings = {"memory", "mapped"})
class ProducerIdentityTest {

  /** Positions in the batch header. */
  private static final int PAYLOAD_CRC = 12;

  private static final int PRODUCER_EPOCH = 50;

  @TempDir static Path directory;

  private static MillraceServer server;

  @Parameter String engine;

  private WireClient honest;
  private WireClient intruder;
  private TopicInfo topic;

  @BeforeParameterizedClassInvocation
  static void startServer(String engine) {
    server = TestServers.start(engine, directory.resolve(engine), Map.of());
  }

  @AfterParameterizedClassInvocation
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void connect() {
    honest = WireClient.hello(server.port());
    intruder = WireClient.hello(server.port());
    String name = "t-" + UUID.randomUUID();
    topic = honest.ask(new CreateTopicRequest(name, 1, Map.of()), TopicResponse.class).topic();
  }

  @AfterEach
  void disconnect() {
    honest.close();
    intruder.close();
  }

  private static OpenProducerResponse open(WireClient client) {
    return client.ask(new OpenProducerRequest(), OpenProducerResponse.class);
  }

  private static ByteBuffer batch(long id, int epoch, long baseSequence, String... values) {
    ByteBuffer batch = TestServers.batch(id, baseSequence, "s", values);
    batch.putShort(PRODUCER_EPOCH, (short) epoch);
    batch.putInt(PAYLOAD_CRC, BatchHeader.computePayloadCrc(batch, 0, batch.remaining()));
    return batch;
  }

  private int send(WireClient client, ProducerSecret secret, ByteBuffer batch) {
    return client.produce(topic.id(), 0, AckLevel.SYNCED, secret, batch);
  }

  private long stored(WireClient client, ProducerSecret secret, ByteBuffer batch) {
    return client.answerTo(send(client, secret, batch), ProduceResponse.class).baseOffset();
  }

  private ErrorResponse refused(WireClient client, ProducerSecret secret, ByteBuffer batch) {
    return client.answerTo(send(client, secret, batch), ErrorResponse.class);
  }

  private long end() {
    return honest
        .ask(new DescribeTopicRequest(topic.name()), TopicResponse.class)
        .topic()
        .partitions()
        .get(0)
        .end();
  }

  @Test
  void aBatchSentAheadUnderTheNextIdIsNotTheReceiptOfTheClientThatGetsThisId() {
    OpenProducerResponse own = open(intruder);
    long nextId = own.producerId() + 1;
    ByteBuffer ahead = batch(nextId, 0, 0, "intruder");

    ErrorResponse refusal = refused(intruder, own.producerSecret(), ahead.duplicate());
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNKNOWN_PRODUCER);
    assertThat(refusal.message()).contains("producer id " + nextId, "open a new producer");
    assertThat(refused(intruder, ProducerSecret.NONE, ahead.duplicate()).code())
        .isEqualTo(ErrorCode.UNKNOWN_PRODUCER);
    assertThat(end()).isZero();

    OpenProducerResponse given = open(honest);
    assertThat(given.producerId()).isEqualTo(nextId);
    assertThat(stored(honest, given.producerSecret(), batch(nextId, 0, 0, "a"))).isZero();
    assertThat(stored(honest, given.producerSecret(), batch(nextId, 0, 1, "b"))).isEqualTo(1);
    assertThat(end()).isEqualTo(2);
    intruder.ask(new PingRequest(), EmptyResponse.class);
  }

  @Test
  void theHighestEpochUnderTheIdOfAnotherClientDoesNotShutItOut() {
    OpenProducerResponse own = open(intruder);
    OpenProducerResponse given = open(honest);
    long id = given.producerId();
    assertThat(stored(honest, given.producerSecret(), batch(id, 0, 0, "a"))).isZero();

    ByteBuffer last = batch(id, Short.MAX_VALUE, 0, "intruder");
    assertThat(refused(intruder, own.producerSecret(), last.duplicate()).code())
        .isEqualTo(ErrorCode.UNKNOWN_PRODUCER);
    assertThat(refused(honest, given.producerSecret(), last.duplicate()).code())
        .as("not even its own client can raise an epoch")
        .isEqualTo(ErrorCode.UNKNOWN_PRODUCER);

    assertThat(stored(honest, given.producerSecret(), batch(id, 0, 1, "b"))).isEqualTo(1);
  }

  @Test
  void aSecretIsThatOfOneId() {
    OpenProducerResponse one = open(honest);
    OpenProducerResponse two = open(honest);

    assertThat(refused(honest, two.producerSecret(), batch(one.producerId(), 0, 0, "a")).code())
        .isEqualTo(ErrorCode.UNKNOWN_PRODUCER);

    assertThat(stored(honest, one.producerSecret(), batch(one.producerId(), 0, 0, "a"))).isZero();
    assertThat(stored(honest, two.producerSecret(), batch(two.producerId(), 0, 0, "b"))).isOne();
  }

  @Test
  void aRefusalIsSentWithoutAnAckToo() {
    OpenProducerResponse given = open(honest);
    ByteBuffer batch = batch(given.producerId(), 0, 0, "a");

    int sent = intruder.produce(topic.id(), 0, AckLevel.NONE, ProducerSecret.NONE, batch);

    assertThat(intruder.answerTo(sent, ErrorResponse.class).code())
        .isEqualTo(ErrorCode.UNKNOWN_PRODUCER);
  }

  @Test
  void batchesInFlightAreStoredOnceWhenTheConnectionBreaks() {
    int batches = 16;
    OpenProducerResponse given = open(honest);
    WireClient broken = WireClient.hello(server.port());
    for (int i = 0; i < batches; i++) {
      send(broken, given.producerSecret(), batch(given.producerId(), 0, i, "v" + i));
    }
    broken.receive();
    broken.close();

    try (WireClient next = WireClient.hello(server.port())) {
      for (int i = 0; i < batches; i++) {
        ByteBuffer again = batch(given.producerId(), 0, i, "v" + i);
        assertThat(stored(next, given.producerSecret(), again)).isEqualTo(i);
      }
    }
    assertThat(end()).isEqualTo(batches);
  }

  @Test
  void theSequencesDecideBetweenTwoConnectionsWithTheSameIdAndSecret() {
    OpenProducerResponse given = open(honest);
    ProducerSecret secret = given.producerSecret();
    long id = given.producerId();
    try (WireClient other = WireClient.hello(server.port())) {
      assertThat(stored(honest, secret, batch(id, 0, 0, "a"))).isZero();
      assertThat(stored(other, secret, batch(id, 0, 0, "a"))).isZero();
      assertThat(stored(other, secret, batch(id, 0, 1, "b"))).isEqualTo(1);
      assertThat(refused(honest, secret, batch(id, 0, 3, "d")).code())
          .isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE);
      assertThat(stored(honest, secret, batch(id, 0, 2, "c"))).isEqualTo(2);
    }
    assertThat(end()).isEqualTo(3);
  }

  @Test
  void aNameThatWasOpenedAgainIsClosedToItsOlderSecret() {
    OpenNamedProducerResponse older = openNamed(intruder);
    long id = older.producerId();
    assertThat(stored(intruder, older.producerSecret(), batch(id, 0, 1, "a"))).isZero();
    OpenNamedProducerResponse newer = openNamed(honest);
    assertThat(newer.producerId()).isEqualTo(id);

    assertThat(refused(intruder, older.producerSecret(), batch(id, 0, 2, "b")).code())
        .isEqualTo(ErrorCode.STALE_PRODUCER_EPOCH);
    assertThat(refused(intruder, older.producerSecret(), batch(id, 1, 2, "b")).code())
        .isEqualTo(ErrorCode.UNKNOWN_PRODUCER);
    assertThat(refused(intruder, older.producerSecret(), batch(id, 2, 2, "b")).code())
        .isEqualTo(ErrorCode.UNKNOWN_PRODUCER);

    assertThat(stored(honest, newer.producerSecret(), batch(id, 1, 2, "b"))).isEqualTo(1);
  }

  private OpenNamedProducerResponse openNamed(WireClient client) {
    return client.ask(
        new OpenNamedProducerRequest(topic.id(), "import"), OpenNamedProducerResponse.class);
  }
}
