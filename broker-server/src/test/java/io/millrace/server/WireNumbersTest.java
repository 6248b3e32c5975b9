package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.wire.AddPartitionsRequest;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.CreditRequest;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeleteEventsResponse;
import io.millrace.protocol.wire.DeletionBound;
import io.millrace.protocol.wire.DeletionResult;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.ListSourcesRequest;
import io.millrace.protocol.wire.OffsetForTimeRequest;
import io.millrace.protocol.wire.OffsetForTimeResponse;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenProducerResponse;
import io.millrace.protocol.wire.PartitionInfo;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.protocol.wire.UnsubscribeRequest;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every number of a request that a client can make up: each is used within its range, or refused
 * with a code, and the connection stays open.
 */
@ExtendWith(NoLeaks.class)
class WireNumbersTest {

  /** Positions in the batch header. */
  private static final int LENGTH = 0;

  private static final int PAYLOAD_CRC = 12;
  private static final int BASE_OFFSET = 16;
  private static final int CODEC = 48;
  private static final int PRODUCER_EPOCH = 50;
  private static final int RECORD_COUNT = 52;
  private static final int PRODUCER_ID = 56;
  private static final int BASE_SEQUENCE = 64;
  private static final int LAST_OFFSET_DELTA = 100;

  private static final int PARTITIONS = 2;
  private static final UUID NOWHERE = new UUID(1, 2);

  private static MillraceServer server;

  private WireClient client;
  private TopicInfo topic;

  @BeforeAll
  static void startServer() {
    server = TestServers.start(Map.of());
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void createTopic() {
    client = WireClient.hello(server.port());
    String name = "t-" + UUID.randomUUID();
    topic =
        client.ask(new CreateTopicRequest(name, PARTITIONS, Map.of()), TopicResponse.class).topic();
  }

  @AfterEach
  void theConnectionIsStillOpen() {
    client.ask(new PingRequest(), EmptyResponse.class);
    client.close();
  }

  private void assertRefused(ErrorCode code, Request request) {
    ErrorResponse refusal = client.refusalOf(request);
    assertThat(refusal.code()).as(refusal.message()).isEqualTo(code);
  }

  private ProduceResponse produced(ProducerSecret secret, ByteBuffer batch) {
    int sent = client.produce(topic.id(), 0, AckLevel.SYNCED, secret, batch);
    return client.answerTo(sent, ProduceResponse.class);
  }

  private void assertProduceRefused(ErrorCode code, ProducerSecret secret, ByteBuffer batch) {
    int sent = client.produce(topic.id(), 0, AckLevel.SYNCED, secret, batch);
    ErrorResponse refusal = client.answerTo(sent, ErrorResponse.class);
    assertThat(refusal.code()).as(refusal.message()).isEqualTo(code);
    assertThat(end()).isZero();
  }

  private long start() {
    return firstPartition().start();
  }

  private long end() {
    return firstPartition().end();
  }

  private PartitionInfo firstPartition() {
    return client
        .ask(new DescribeTopicRequest(topic.name()), TopicResponse.class)
        .topic()
        .partitions()
        .get(0);
  }

  private SubscribeRequest subscribe(int id, int partition, StartKind kind, long value) {
    return subscribe(id, partition, kind, value, 1, List.of());
  }

  private SubscribeRequest subscribe(
      int id, int partition, StartKind kind, long value, long credit, List<String> sources) {
    return new SubscribeRequest(
        id, topic.id(), partition, kind, value, IsolationLevel.DURABLE, credit, sources);
  }

  /** A batch of two events with other numbers in its header, and the checksum that fits. */
  private static ByteBuffer batch(long id, int epoch, long baseSequence) {
    ByteBuffer batch = TestServers.batch("s", "a", "b");
    batch.putLong(PRODUCER_ID, id);
    batch.putShort(PRODUCER_EPOCH, (short) epoch);
    batch.putLong(BASE_SEQUENCE, baseSequence);
    return sealed(batch);
  }

  private static ByteBuffer sealed(ByteBuffer batch) {
    return batch.putInt(PAYLOAD_CRC, BatchHeader.computePayloadCrc(batch, 0, batch.limit()));
  }

  @Test
  void anIdOfNoTopicIsUnknown() {
    int sent = client.produce(NOWHERE, 0, AckLevel.STORED, TestServers.batch("s", "a"));
    assertThat(client.answerTo(sent, ErrorResponse.class).code())
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
    assertRefused(
        ErrorCode.UNKNOWN_TOPIC,
        new SubscribeRequest(
            1, NOWHERE, 0, StartKind.LATEST, 0, IsolationLevel.LATEST, 1, List.of()));
    assertRefused(
        ErrorCode.UNKNOWN_TOPIC, new OffsetForTimeRequest(NOWHERE, 0, 0, IsolationLevel.LATEST));
    assertRefused(
        ErrorCode.UNKNOWN_TOPIC, new ListSourcesRequest(NOWHERE, IsolationLevel.LATEST, true));
    assertRefused(
        ErrorCode.UNKNOWN_TOPIC, new ListSourcesRequest(NOWHERE, IsolationLevel.DURABLE, false));
    assertRefused(ErrorCode.UNKNOWN_TOPIC, new OpenNamedProducerRequest(NOWHERE, "n"));
    assertRefused(ErrorCode.UNKNOWN_TOPIC, new DeleteEventsRequest(NOWHERE, List.of()));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, PARTITIONS, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void aPartitionThatTheTopicDoesNotHaveIsUnknown(int partition) {
    int sent = client.produce(topic.id(), partition, AckLevel.STORED, TestServers.batch("s", "a"));
    assertThat(client.answerTo(sent, ErrorResponse.class).code())
        .isEqualTo(ErrorCode.UNKNOWN_PARTITION);
    assertRefused(ErrorCode.UNKNOWN_PARTITION, subscribe(1, partition, StartKind.LATEST, 0));
    assertRefused(
        ErrorCode.UNKNOWN_PARTITION,
        new OffsetForTimeRequest(topic.id(), partition, 0, IsolationLevel.LATEST));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1025})
  void aTopicHasNeitherFewerNorMorePartitionsThanAllowed(int partitions) {
    assertRefused(
        ErrorCode.INVALID_PARTITION_COUNT, new CreateTopicRequest("more", partitions, Map.of()));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1025})
  void aTopicGrowsNeitherToFewerNorToMorePartitionsThanAllowed(int partitions) {
    assertRefused(
        ErrorCode.INVALID_PARTITION_COUNT, new AddPartitionsRequest(topic.name(), partitions));
  }

  @ParameterizedTest
  @CsvSource({
    "-2, 0, 0",
    "-9223372036854775808, 0, 0",
    "-1, 0, 0",
    "-1, -1, 0",
    "-1, 0, -1",
    "0, -1, 0",
    "0, -32768, 0",
    "0, 0, -1",
    "0, 0, -9223372036854775808",
    "0, 0, 9223372036854775807",
    "0, 0, 9223372036854775806"
  })
  void aProducerWithNegativeOrOverflowingNumbersIsMalformed(long id, int epoch, long sequence) {
    assertProduceRefused(
        ErrorCode.MALFORMED_BATCH, ProducerSecret.NONE, batch(id, epoch, sequence));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 1L << 32, Long.MAX_VALUE - 2})
  void aNewProducerDoesNotBeginWithALaterSequence(long sequence) {
    OpenProducerResponse given = client.ask(new OpenProducerRequest(), OpenProducerResponse.class);
    assertProduceRefused(
        ErrorCode.OUT_OF_ORDER_SEQUENCE,
        given.producerSecret(),
        batch(given.producerId(), given.producerEpoch(), sequence));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 3, Integer.MAX_VALUE})
  void aCountOfRecordsThatIsWrongIsMalformed(int count) {
    ByteBuffer batch = TestServers.batch("s", "a", "b");
    batch.putInt(RECORD_COUNT, count);
    batch.putInt(LAST_OFFSET_DELTA, count - 1);
    assertProduceRefused(ErrorCode.MALFORMED_BATCH, ProducerSecret.NONE, sealed(batch));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 103, 104, Integer.MAX_VALUE})
  void aLengthOtherThanThatOfTheFrameIsMalformed(int length) {
    ByteBuffer batch = TestServers.batch("s", "a");
    batch.putInt(LENGTH, length);
    assertProduceRefused(ErrorCode.MALFORMED_BATCH, ProducerSecret.NONE, batch);
  }

  @Test
  void theBrokersFieldsInAProducedBatchAreNotRead() {
    ByteBuffer batch = TestServers.batch("s", "a");
    for (int at = BASE_OFFSET; at < CODEC; at++) {
      batch.put(at, (byte) 0x7F);
    }
    assertThat(produced(ProducerSecret.NONE, batch).baseOffset()).isZero();
    assertThat(end()).isEqualTo(1);
  }

  /** One of the bounds is wrong: the other one deletes nothing. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, INVALID_REQUEST",
    "0, 1, INVALID_REQUEST",
    "1, -1, INVALID_REQUEST",
    "1, -9223372036854775808, INVALID_REQUEST",
    "2, 0, UNKNOWN_PARTITION",
    "-1, 0, UNKNOWN_PARTITION",
    "-2147483648, 0, UNKNOWN_PARTITION",
    "2147483647, 0, UNKNOWN_PARTITION"
  })
  void aWrongBoundRefusesTheWholeDeletion(int partition, long offset, ErrorCode code) {
    produced(ProducerSecret.NONE, TestServers.batch("s", "a", "b"));
    List<DeletionBound> bounds =
        List.of(new DeletionBound(0, 1), new DeletionBound(partition, offset));
    assertRefused(code, new DeleteEventsRequest(topic.id(), bounds));
    assertThat(start()).isZero();
  }

  @Test
  void aListOfManyBoundsIsRefusedAtTheFirstWrongOne() {
    assertRefused(
        ErrorCode.INVALID_REQUEST,
        new DeleteEventsRequest(topic.id(), Collections.nCopies(65_535, new DeletionBound(0, 0))));
  }

  @ParameterizedTest
  @ValueSource(longs = {2, Long.MAX_VALUE})
  void aDeletionAboveTheDurableOffsetIsOutOfRangeForItsPartition(long offset) {
    produced(ProducerSecret.NONE, TestServers.batch("s", "a"));
    List<DeletionBound> bounds = List.of(new DeletionBound(1, offset), new DeletionBound(0, 1));
    List<DeletionResult> results =
        client
            .ask(new DeleteEventsRequest(topic.id(), bounds), DeleteEventsResponse.class)
            .results();
    assertThat(results)
        .extracting(DeletionResult::failure)
        .containsExactly(ErrorCode.OFFSET_OUT_OF_RANGE, ErrorCode.NONE);
    assertThat(results).extracting(DeletionResult::start).containsExactly(-1L, 1L);
    assertThat(start()).isEqualTo(1);
  }

  @Test
  void noBoundsDeleteNothing() {
    assertThat(
            client
                .ask(new DeleteEventsRequest(topic.id(), List.of()), DeleteEventsResponse.class)
                .results())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1, Long.MIN_VALUE, Long.MAX_VALUE})
  void anOffsetOutsideOfTheLogIsOutOfRange(long offset) {
    assertRefused(ErrorCode.OFFSET_OUT_OF_RANGE, subscribe(1, 0, StartKind.OFFSET, offset));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, Long.MIN_VALUE, Long.MAX_VALUE})
  void anyTimeIsATime(long micros) {
    produced(ProducerSecret.NONE, TestServers.batch("s", "a"));
    long found = micros > TestServers.NOW_MICROS ? 1 : 0;
    assertThat(
            client
                .ask(
                    new OffsetForTimeRequest(topic.id(), 0, micros, IsolationLevel.DURABLE),
                    OffsetForTimeResponse.class)
                .offset())
        .isEqualTo(found);
    assertThat(
            client
                .ask(subscribe(1, 1, StartKind.EVENT_TIME, micros), SubscribeResponse.class)
                .startOffset())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE})
  void anyNumberIsTheIdOfOneSubscription(int id) {
    assertRefused(ErrorCode.UNKNOWN_SUBSCRIPTION, new UnsubscribeRequest(id));
    client.send(new CreditRequest(id, 1));
    client.ask(subscribe(id, 0, StartKind.LATEST, 0), SubscribeResponse.class);
    assertRefused(ErrorCode.SUBSCRIPTION_EXISTS, subscribe(id, 0, StartKind.LATEST, 0));
    client.ask(new UnsubscribeRequest(id), EmptyResponse.class);
    assertRefused(ErrorCode.UNKNOWN_SUBSCRIPTION, new UnsubscribeRequest(id));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void creditBelowOneIsRefusedAndAddsNothing(long credit) {
    assertRefused(
        ErrorCode.INVALID_REQUEST, subscribe(1, 0, StartKind.LATEST, 0, credit, List.of()));
    client.ask(subscribe(1, 0, StartKind.EARLIEST, 0), SubscribeResponse.class);
    client.send(new CreditRequest(1, credit));
    try (WireClient producer = WireClient.hello(server.port())) {
      int sent = producer.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "a"));
      producer.answerTo(sent, ProduceResponse.class);
    }
    assertThat(client.push(DeliverPush.class).nextOffset()).isEqualTo(1);
  }

  @Test
  void creditDoesNotOverflow() {
    client.ask(
        subscribe(1, 0, StartKind.EARLIEST, 0, Long.MAX_VALUE, List.of()), SubscribeResponse.class);
    for (int i = 0; i < 3; i++) {
      client.send(new CreditRequest(1, Long.MAX_VALUE));
    }
    try (WireClient producer = WireClient.hello(server.port())) {
      for (long offset = 0; offset < 3; offset++) {
        int sent = producer.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "a"));
        producer.answerTo(sent, ProduceResponse.class);
        assertThat(client.push(DeliverPush.class).nextOffset()).isEqualTo(offset + 1);
      }
    }
  }

  @Test
  void moreSourcesThanAllowedAreRefused() {
    assertRefused(
        ErrorCode.LIMIT_REACHED,
        subscribe(1, 0, StartKind.LATEST, 0, 1, Collections.nCopies(1025, "s")));
  }

  @Test
  void correlationIdsAreRepeatedWhateverTheyAre() {
    for (int id : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 7, 7}) {
      client.sendRaw(frame(8).put((byte) 0).put((byte) 1).putShort((short) 1).putInt(id).array());
      client.answerTo(id, EmptyResponse.class);
    }
  }

  /** The list of sources of a SUBSCRIBE, and the list of settings of a CREATE_TOPIC. */
  @ParameterizedTest
  @CsvSource({"9, 42", "2, 7"})
  void aListThatIsShorterThanItsCountEndsTheConnectionBeforeMemoryIsUsed(int api, int bytes) {
    try (WireClient liar = WireClient.hello(server.port())) {
      byte[] fields = new byte[bytes];
      if (api == 2) {
        fields[0] = 1; // a name of one character
        fields[2] = 'x';
      }
      liar.sendRaw(
          frame(8 + bytes + 2)
              .put((byte) 0)
              .put((byte) 1)
              .putShort((short) api)
              .putInt(42)
              .put(fields)
              .putShort((short) -1)
              .array());
      ErrorResponse refusal = liar.answerTo(42, ErrorResponse.class);
      assertThat(refusal.code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
      assertThat(refusal.message()).contains("claims 65535 items");
      assertThat(liar.goAway().code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
    }
  }

  /** Values without a meaning: an ack level, a kind of start, two isolations. */
  @ParameterizedTest
  @CsvSource({"8, 20, 21", "9, 24, 44", "9, 33, 44", "12, 28, 29", "13, 16, 17"})
  void anEnumeratedValueWithoutAMeaningIsRefused(int api, int at, int bytes) {
    byte[] fields = new byte[bytes];
    fields[at] = (byte) 0xFF;
    client.sendRaw(
        frame(8 + bytes)
            .put((byte) 0)
            .put((byte) 1)
            .putShort((short) api)
            .putInt(42)
            .put(fields)
            .array());
    assertThat(client.answerTo(42, ErrorResponse.class).code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void aRequestWithoutABatchIsMalformed() {
    int sent =
        client.send(
            new ProduceRequest(
                topic.id(), 0, AckLevel.STORED, ProducerSecret.NONE, Unpooled.EMPTY_BUFFER));
    assertThat(client.answerTo(sent, ErrorResponse.class).code())
        .isEqualTo(ErrorCode.MALFORMED_BATCH);
  }

  /** A frame with its length field. */
  private static ByteBuffer frame(int length) {
    return ByteBuffer.allocate(4 + length).order(ByteOrder.LITTLE_ENDIAN).putInt(length);
  }
}
