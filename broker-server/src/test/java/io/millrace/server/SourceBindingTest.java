package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.RecordHeader;
import io.millrace.protocol.record.SourceFilter;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.storage.LogOffsets;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rule limits the sources of the events that a principal appends. */
@ExtendWith(NoLeaks.class)
class SourceBindingTest {

  private static RuledBroker broker;
  private static TopicInfo topic;
  private static int topics;

  private WireClient client;

  @BeforeAll
  static void start() {
    broker = RuledBroker.start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void rules() {
    topic = broker.create("rides-" + topics++);
    broker.onlyAllow("vehicle-17 write topic:rides-* source:vehicle-*");
    client = broker.as("vehicle-17");
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private static ByteBuffer batch(BatchCodec codec, String... sources) {
    BatchBuilder builder = new BatchBuilder(1 << 20, codec);
    for (String source : sources) {
      builder.add(
          source.getBytes(StandardCharsets.UTF_8),
          TestServers.NOW_MICROS,
          null,
          "value".repeat(20).getBytes(StandardCharsets.UTF_8),
          List.of(new RecordHeader("source", "vehicle-1".getBytes(StandardCharsets.UTF_8))));
    }
    return builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
  }

  private void stored(ByteBuffer batch) {
    client.answerTo(client.produce(topic.id(), 0, AckLevel.STORED, batch), ProduceResponse.class);
  }

  /** The refusal of a batch of which nothing is stored. */
  private ErrorResponse refused(ByteBuffer batch) {
    long before = offsets().stored();
    ErrorResponse refusal =
        client.answerTo(client.produce(topic.id(), 0, AckLevel.STORED, batch), ErrorResponse.class);
    assertThat(offsets().stored()).isEqualTo(before);
    return refusal;
  }

  private static LogOffsets offsets() {
    return broker.server().broker().partition(topic.id(), 0).offsets();
  }

  @ParameterizedTest
  @EnumSource(BatchCodec.class)
  void aBatchWithOneForeignSourceIsRefusedAsAWhole(BatchCodec codec) {
    stored(batch(codec, "vehicle-1", "vehicle-2", "vehicle-1"));
    assertThat(offsets().stored()).isEqualTo(3);
    assertThat(refused(batch(codec, "vehicle-1", "vehicle-2", "truck-9")))
        .isEqualTo(
            new ErrorResponse(
                ErrorCode.SOURCE_NOT_ALLOWED,
                "principal 'vehicle-17' is not allowed to write events of the source 'truck-9' to"
                    + " topic '"
                    + topic.name()
                    + "'; allowed: 'vehicle-*'; nothing of the batch is stored"));
  }

  @Test
  void thePrincipalIsItsOwnSource() {
    broker.onlyAllow("* write topic:rides-* source:$principal");
    stored(batch(BatchCodec.NONE, "vehicle-17"));
    assertThat(refused(batch(BatchCodec.NONE, "vehicle-1")).message())
        .contains("allowed: 'vehicle-17'");
    assertThat(refused(batch(BatchCodec.NONE, "$principal")).code())
        .isEqualTo(ErrorCode.SOURCE_NOT_ALLOWED);
  }

  @Test
  void aRuleWithoutASourceAllowsEverySourceAndReadsNoBatch() {
    broker.allow("vehicle-17 write topic:" + topic.name());
    int before = broker.sourceChecks();
    stored(batch(BatchCodec.NONE, "truck-9"));
    assertThat(broker.sourceChecks()).isEqualTo(before);
    broker.revoke("vehicle-17 write topic:" + topic.name());
    assertThat(refused(batch(BatchCodec.NONE, "truck-9")).code())
        .isEqualTo(ErrorCode.SOURCE_NOT_ALLOWED);
    assertThat(broker.sourceChecks()).isEqualTo(before + 1);
  }

  @Test
  void theFilterInTheHeaderIsNotBelieved() {
    ByteBuffer forged = batch(BatchCodec.NONE, "truck-9");
    ByteBuffer honest = batch(BatchCodec.NONE, "vehicle-1");
    long filter = BatchHeader.sourceFilter(honest.slice().order(ByteOrder.LITTLE_ENDIAN), 0);
    assertThat(filter).isEqualTo(SourceFilter.bits("vehicle-1".getBytes(StandardCharsets.UTF_8)));
    replaceFilter(forged, filter);
    assertThat(refused(forged).code()).isEqualTo(ErrorCode.SOURCE_NOT_ALLOWED);
  }

  /** Puts a filter into the header, as a client can: with a CRC that fits. */
  private static void replaceFilter(ByteBuffer batch, long filter) {
    ByteBuffer bytes = batch.slice().order(ByteOrder.LITTLE_ENDIAN);
    int at = fieldWith(Long.BYTES, i -> bytes.getLong(i) == BatchHeader.sourceFilter(bytes, 0));
    bytes.putLong(at, filter);
    assertThat(BatchHeader.sourceFilter(bytes, 0)).isEqualTo(filter);
    replaceCrc(bytes);
  }

  private static void replaceCrc(ByteBuffer bytes) {
    int crc = BatchHeader.computePayloadCrc(bytes, 0, bytes.limit());
    int at = fieldWith(Integer.BYTES, i -> bytes.getInt(i) == BatchHeader.payloadCrc(bytes, 0));
    bytes.putInt(at, crc);
    assertThat(BatchHeader.payloadCrc(bytes, 0)).isEqualTo(crc);
  }

  /** The position of a field in the header, found by its value. */
  private static int fieldWith(int bytes, IntPredicate value) {
    return IntStream.rangeClosed(0, BatchHeader.BYTES - bytes)
        .filter(value)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theLimitIsThatOfTheTopic() {
    TopicInfo open = broker.create("open-" + topics++);
    broker.allow("vehicle-17 write topic:open-*");
    client.answerTo(
        client.produce(open.id(), 0, AckLevel.STORED, batch(BatchCodec.NONE, "truck-9")),
        ProduceResponse.class);
    assertThat(refused(batch(BatchCodec.NONE, "truck-9")).code())
        .isEqualTo(ErrorCode.SOURCE_NOT_ALLOWED);
  }

  @Test
  void aDamagedBatchIsCorruptAndNotForeign() {
    ByteBuffer damaged = batch(BatchCodec.NONE, "vehicle-1");
    int at = indexOf(damaged, "vehicle-1");
    damaged.put(at, (byte) 'x');
    assertThat(refused(damaged).code()).isEqualTo(ErrorCode.CORRUPT_BATCH);
  }

  private static int indexOf(ByteBuffer batch, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    for (int i = BatchHeader.BYTES; ; i++) {
      if (batch.slice(i, wanted.length).equals(ByteBuffer.wrap(wanted))) {
        return i;
      }
    }
  }

  @Test
  void whatIsNoBatchIsRefusedAsWithoutARule() {
    broker.allow("free write topic:rides-*");
    try (WireClient free = broker.as("free")) {
      ByteBuffer tooLong = ByteBuffer.allocate(500);
      for (ByteBuffer bad :
          List.of(ByteBuffer.allocate(0), ByteBuffer.allocate(BatchHeader.BYTES), tooLong)) {
        ErrorCode limited = refused(bad.duplicate()).code();
        ErrorCode unlimited =
            free.answerTo(
                    free.produce(topic.id(), 0, AckLevel.STORED, bad.duplicate()),
                    ErrorResponse.class)
                .code();
        assertThat(limited).isEqualTo(unlimited).isEqualTo(ErrorCode.MALFORMED_BATCH);
      }
    }
  }

  @Test
  void aBatchThatClaimsToBeHugeIsNotDecompressed() {
    ByteBuffer bomb = batch(BatchCodec.ZSTD, "vehicle-1");
    ByteBuffer bytes = bomb.slice().order(ByteOrder.LITTLE_ENDIAN);
    int before = BatchHeader.recordsBytes(bytes, 0);
    int at = fieldWith(Integer.BYTES, i -> bytes.getInt(i) == before);
    bytes.putInt(at, Integer.MAX_VALUE);
    assertThat(BatchHeader.recordsBytes(bytes, 0)).isEqualTo(Integer.MAX_VALUE);
    replaceCrc(bytes);
    assertThat(refused(bomb).code()).isEqualTo(ErrorCode.BATCH_TOO_LARGE);
  }
}
