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
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenProducerResponse;
import io.millrace.protocol.wire.PartitionInfo;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
@ParameterizedClass
@ValueSource(strings = {"memory", "mapped"})
class ProduceTest {

  private static final int PARTITIONS = 4;

  @TempDir static Path directory;

  private static MillraceServer server;

  @Parameter String engine;

  private WireClient client;
  private TopicInfo topic;

  @BeforeParameterizedClassInvocation
  static void startServer(String engine) {
    server =
        TestServers.start(
            engine, directory.resolve(engine), Map.of("limits.maxEventBytes", "1KiB"));
  }

  @AfterParameterizedClassInvocation
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
  void closeClient() {
    client.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = AckLevel.class,
      names = {"STORED", "SYNCED"})
  void aReceiptNamesTheOffset(AckLevel ack) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      ProduceResponse first = produce(partition, ack, "a", "b", "c");
      ProduceResponse second = produce(partition, ack, "d");

      assertThat(first.baseOffset()).isZero();
      assertThat(second.baseOffset()).isEqualTo(3);
      assertThat(second.appendTimeMicros()).isGreaterThanOrEqualTo(first.appendTimeMicros());
    }
  }

  @Test
  void pipelinedReceiptsComeInOrder() {
    int batches = 200;
    int[] correlationIds = new int[batches];
    for (int i = 0; i < batches; i++) {
      correlationIds[i] =
          client.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "value " + i));
    }

    for (int i = 0; i < batches; i++) {
      ProduceResponse receipt = client.answerTo(correlationIds[i], ProduceResponse.class);
      assertThat(receipt.baseOffset()).isEqualTo(i);
    }
  }

  @Test
  void withoutAnAckOnlyARefusalIsAnswered() {
    client.produce(topic.id(), 0, AckLevel.NONE, TestServers.batch("s", "a"));
    int refused = client.produce(topic.id(), 99, AckLevel.NONE, TestServers.batch("s", "b"));

    assertThat(client.answerTo(refused, ErrorResponse.class).code())
        .isEqualTo(ErrorCode.UNKNOWN_PARTITION);
    assertThat(produce(0, AckLevel.STORED, "c").baseOffset()).isEqualTo(1);
  }

  @Test
  void anUnknownTopicIsRefused() {
    int sent = client.produce(new UUID(1, 2), 0, AckLevel.STORED, TestServers.batch("s", "a"));

    assertThat(client.answerTo(sent, ErrorResponse.class).code())
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
  }

  @Test
  void aFlippedBitIsRefusedAndNothingIsStored() {
    ByteBuffer batch = TestServers.batch("s", "a");
    int last = batch.limit() - 1;
    batch.put(last, (byte) (batch.get(last) ^ 1));

    assertThat(refusalOf(batch).code()).isEqualTo(ErrorCode.CORRUPT_BATCH);
    assertNothingStored();
  }

  @Test
  void aWrongRecordCountIsRefusedAndNothingIsStored() {
    ByteBuffer batch = TestServers.batch("s", "a", "b");
    batch.putInt(52, 3);
    batch.putInt(12, BatchHeader.computePayloadCrc(batch, 0, batch.limit()));

    assertThat(refusalOf(batch).code()).isEqualTo(ErrorCode.MALFORMED_BATCH);
    assertNothingStored();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 50, 103, 110})
  void aTruncatedBatchIsRefusedAndNothingIsStored(int bytes) {
    ByteBuffer batch = TestServers.batch("s", "a value that is long enough to be cut");
    batch.limit(bytes);

    assertThat(refusalOf(batch).code()).isEqualTo(ErrorCode.MALFORMED_BATCH);
    assertNothingStored();
  }

  @Test
  void anEventOverTheLimitIsRefusedWithTheLimit() {
    ErrorResponse refusal = refusalOf(TestServers.batch("s", "x".repeat(2000)));

    assertThat(refusal.code()).isEqualTo(ErrorCode.EVENT_TOO_LARGE);
    assertThat(refusal.message()).contains("1024");
    assertNothingStored();
  }

  @Test
  void aProducerIdentityDropsDuplicates() {
    OpenProducerResponse identity =
        client.ask(new OpenProducerRequest(), OpenProducerResponse.class);
    OpenProducerResponse other = client.ask(new OpenProducerRequest(), OpenProducerResponse.class);
    ByteBuffer batch = TestServers.batch(identity.producerId(), 0, "s", "once");

    ProducerSecret secret = identity.producerSecret();
    int first = client.produce(topic.id(), 0, AckLevel.SYNCED, secret, batch.duplicate());
    ProduceResponse receipt = client.answerTo(first, ProduceResponse.class);
    int again = client.produce(topic.id(), 0, AckLevel.SYNCED, secret, batch.duplicate());

    assertThat(client.answerTo(again, ProduceResponse.class)).isEqualTo(receipt);
    assertThat(other.producerId()).isNotEqualTo(identity.producerId());
    assertThat(partition(0).end()).isEqualTo(1);
  }

  private ProduceResponse produce(int partition, AckLevel ack, String... values) {
    int sent = client.produce(topic.id(), partition, ack, TestServers.batch("s", values));
    return client.answerTo(sent, ProduceResponse.class);
  }

  private ErrorResponse refusalOf(ByteBuffer batch) {
    int sent = client.produce(topic.id(), 0, AckLevel.STORED, batch);
    return client.answerTo(sent, ErrorResponse.class);
  }

  private void assertNothingStored() {
    client.ask(new PingRequest(), EmptyResponse.class);
    assertThat(partition(0).end()).isZero();
  }

  private PartitionInfo partition(int index) {
    return client
        .ask(new DescribeTopicRequest(topic.name()), TopicResponse.class)
        .topic()
        .partitions()
        .get(index);
  }
}
