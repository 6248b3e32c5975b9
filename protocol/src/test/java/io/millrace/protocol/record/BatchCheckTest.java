package io.millrace.protocol.record;

import static io.millrace.protocol.ErrorCode.BATCH_TOO_LARGE;
import static io.millrace.protocol.ErrorCode.CORRUPT_BATCH;
import static io.millrace.protocol.ErrorCode.EVENT_TOO_LARGE;
import static io.millrace.protocol.ErrorCode.INVALID_SOURCE;
import static io.millrace.protocol.ErrorCode.MALFORMED_BATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BatchCheckTest {

  private static final BatchLimits LIMITS = new BatchLimits(100, 2_000, 4_000);

  private final BatchCheck check = new BatchCheck(LIMITS);

  @ParameterizedTest
  @EnumSource
  void acceptsTheGoldenBatch(GoldenBatch golden) {
    ByteBuffer batch = golden.bytes().order(ByteOrder.BIG_ENDIAN).asReadOnlyBuffer();

    check.check(batch);

    assertThat(batch.remaining()).isEqualTo(batch.capacity());
    assertThat(batch.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
  }

  @Test
  void acceptsABatchInTheMiddleOfABuffer() {
    byte[] batch = GoldenBatch.NONE.bytes().array();
    ByteBuffer frame = ByteBuffer.allocate(batch.length + 20).put(10, batch);

    check.check(frame.position(10).limit(10 + batch.length));

    assertThat(frame.position()).isEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource
  void refusesEveryFlippedBitOutsideTheBrokersFields(GoldenBatch golden) {
    ByteBuffer batch = golden.bytes();
    for (int at = 0; at < batch.limit(); at++) {
      if (isTheBrokers(at)) {
        continue;
      }
      byte right = batch.get(at);
      for (int bit = 0; bit < 8; bit++) {
        batch.put(at, (byte) (right ^ 1 << bit));
        assertThatThrownBy(() -> check.check(batch))
            .as("byte %d, bit %d", at, bit)
            .isInstanceOf(InvalidBatchException.class);
      }
      batch.put(at, right);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesEveryTruncation(GoldenBatch golden) {
    ByteBuffer batch = golden.bytes();
    for (int bytes = 0; bytes < batch.capacity(); bytes++) {
      batch.limit(bytes);
      assertThatThrownBy(() -> check.check(batch))
          .as("%d bytes", bytes)
          .isInstanceOf(InvalidBatchException.class);
    }
  }

  @Test
  void refusesRecordsThatEndTooEarlyWhereverThatIs() {
    ByteBuffer golden = GoldenBatch.NONE.bytes();
    for (int bytes = BatchHeader.BYTES + 1; bytes < golden.capacity(); bytes++) {
      ByteBuffer batch = golden.slice(0, bytes).order(ByteOrder.LITTLE_ENDIAN);
      batch.putInt(BatchHeader.LENGTH, bytes);
      batch.putInt(BatchHeader.RECORDS_BYTES, bytes - BatchHeader.BYTES);
      HandmadeBatch.seal(batch);
      refuses(batch, MALFORMED_BATCH, "record ");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("headerBreaches")
  void refusesAHeader(String rule, Consumer<ByteBuffer> breach, ErrorCode code, String message) {
    ByteBuffer batch = HandmadeBatch.of(1, HandmadeBatch.RECORD);
    breach.accept(batch);

    refuses(HandmadeBatch.seal(batch), code, message);
  }

  static Stream<Arguments> headerBreaches() {
    return Stream.of(
        breach(
            "length too small",
            MALFORMED_BATCH,
            "length is 112; it has 113",
            b -> b.putInt(0, 112)),
        breach(
            "length too large",
            MALFORMED_BATCH,
            "length is 114; it has 113",
            b -> b.putInt(0, 114)),
        breach(
            "magic",
            MALFORMED_BATCH,
            "magic is 0x4D52; expected 0x524D",
            b -> b.putShort(4, (short) 0x4D52)),
        breach(
            "newer version",
            MALFORMED_BATCH,
            "version 3 is newer than this build reads (2)",
            b -> b.put(6, (byte) 3)),
        breach("version 1", MALFORMED_BATCH, "version 1 is unknown", b -> b.put(6, (byte) 1)),
        breach("version 255", MALFORMED_BATCH, "version 255 is newer", b -> b.put(6, (byte) 255)),
        breach("version 0", MALFORMED_BATCH, "version 0 is unknown", b -> b.put(6, (byte) 0)),
        breach("record format", MALFORMED_BATCH, "record format is 1", b -> b.put(7, (byte) 1)),
        breach("flags", MALFORMED_BATCH, "flags are 128", b -> b.put(49, (byte) 128)),
        breach("codec", MALFORMED_BATCH, "codec 6 is unknown", b -> b.put(48, (byte) 6)),
        breach("gzip", MALFORMED_BATCH, "codec 3 is reserved", b -> b.put(48, (byte) 3)),
        breach("snappy", MALFORMED_BATCH, "codec 4 is reserved", b -> b.put(48, (byte) 4)),
        breach("lz4 frame", MALFORMED_BATCH, "codec 5 is reserved", b -> b.put(48, (byte) 5)),
        breach("no records", MALFORMED_BATCH, "record count is 0", b -> b.putInt(52, 0)),
        breach(
            "fewer than no records", MALFORMED_BATCH, "record count is -1", b -> b.putInt(52, -1)),
        breach(
            "last offset delta too small",
            MALFORMED_BATCH,
            "last offset delta is -1",
            b -> b.putInt(100, -1)),
        breach(
            "last offset delta too large",
            MALFORMED_BATCH,
            "last offset delta is 1; expected 0",
            b -> b.putInt(100, 1)),
        breach(
            "sequence without producer", MALFORMED_BATCH, "base sequence 0", b -> b.putLong(64, 0)),
        breach(
            "producer without sequence",
            MALFORMED_BATCH,
            "producer id 5",
            b -> producer(b, 5, 0, -1)),
        breach("producer without epoch", MALFORMED_BATCH, "epoch -1", b -> producer(b, 5, -1, 0)),
        breach("epoch without producer", MALFORMED_BATCH, "epoch 0", b -> producer(b, -1, 0, -1)),
        breach("negative producer", MALFORMED_BATCH, "producer id -2", b -> producer(b, -2, 0, 0)),
        breach(
            "sequence overflow",
            MALFORMED_BATCH,
            "base sequence 9223372036854775807",
            b -> producer(b, 5, 0, Long.MAX_VALUE)),
        breach(
            "min event time",
            MALFORMED_BATCH,
            "min event time is -1; the records give 0",
            b -> b.putLong(72, -1)),
        breach(
            "max event time",
            MALFORMED_BATCH,
            "max event time is 1; the records give 0",
            b -> b.putLong(80, 1)),
        breach("source filter", MALFORMED_BATCH, "source filter is 0", b -> b.putLong(88, 0)),
        breach("records bytes 0", MALFORMED_BATCH, "0 bytes of records", b -> b.putInt(96, 0)),
        breach(
            "records bytes negative",
            MALFORMED_BATCH,
            "-9 bytes of records",
            b -> b.putInt(96, -9)),
        breach(
            "records bytes too few",
            MALFORMED_BATCH,
            "8 bytes of records without compression; the batch has 9",
            b -> b.putInt(96, 8)),
        breach(
            "records bytes too many",
            MALFORMED_BATCH,
            "10 bytes of records without compression; the batch has 9",
            b -> b.putInt(96, 10)),
        breach(
            "records bytes over the limit",
            BATCH_TOO_LARGE,
            "4001 bytes before compression; limit 4000 (limits.maxUncompressedBatchBytes)",
            b -> b.putInt(96, 4001)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recordBreaches")
  void refusesRecords(String rule, int count, String records, ErrorCode code, String message) {
    refuses(HandmadeBatch.of(count, records), code, message);
  }

  static Stream<Arguments> recordBreaches() {
    String first = HandmadeBatch.RECORD;
    String second = "06 01 00 00 00 00 00";
    return Stream.of(
        arguments(
            "record too long",
            1,
            "09 00 00 00 01 61 00 00 00",
            MALFORMED_BATCH,
            "record length is 9; bytes left: 8"),
        arguments(
            "record too short",
            1,
            "07 00 00 00 01 61 00 00 00",
            MALFORMED_BATCH,
            "bytes end inside the header count"),
        arguments("record empty", 1, "00", MALFORMED_BATCH, "bytes end inside the offset delta"),
        arguments(
            "record length of 2 GiB",
            1,
            "ff ff ff ff 07",
            MALFORMED_BATCH,
            "record length is 2147483647; bytes left: 0"),
        arguments(
            "record length of 32 bits",
            1,
            "80 80 80 80 08",
            MALFORMED_BATCH,
            "record length is 2147483648; limit 2147483647"),
        arguments(
            "varint too long",
            1,
            "80 80 80 80 80 01",
            MALFORMED_BATCH,
            "varint of more than 5 bytes"),
        arguments(
            "varint not shortest",
            1,
            "88 00 00 00 00 01 61 00 00 00",
            MALFORMED_BATCH,
            "not a varint of at most 64 bits in its shortest form"),
        arguments("varint cut off", 1, "88", MALFORMED_BATCH, "bytes end inside the record length"),
        arguments(
            "time too long",
            1,
            "12 00 80 80 80 80 80 80 80 80 80 80 01 00 01 61 00 00 00",
            MALFORMED_BATCH,
            "event time is a varint of more than 10 bytes"),
        arguments(
            "time of 65 bits",
            1,
            "11 00 80 80 80 80 80 80 80 80 80 02 00 01 61 00 00 00",
            MALFORMED_BATCH,
            "event time is not a varint of at most 64 bits in its shortest form"),
        arguments(
            "offset delta starts late",
            1,
            "08 01 00 00 01 61 00 00 00",
            MALFORMED_BATCH,
            "offset delta 1"),
        arguments(
            "offset delta repeats",
            2,
            first + "06 00 00 00 00 00 00",
            MALFORMED_BATCH,
            "record 1 of 2, byte 11 of the records: offset delta 0"),
        arguments(
            "offset delta skips",
            2,
            first + "06 02 00 00 00 00 00",
            MALFORMED_BATCH,
            "offset delta 2"),
        arguments(
            "source skips ahead",
            1,
            "08 00 00 01 01 61 00 00 00",
            MALFORMED_BATCH,
            "source index 1 skips ahead; sources so far: 0"),
        arguments(
            "source empty",
            1,
            "07 00 00 00 00 00 00 00",
            INVALID_SOURCE,
            "the source has 0 bytes; expected 1 to 255"),
        arguments(
            "source of 256 bytes",
            1,
            "88 02 00 00 00 80 02" + "61".repeat(256) + "00 00 00",
            INVALID_SOURCE,
            "the source has 256 bytes"),
        arguments(
            "source not UTF-8",
            1,
            "08 00 00 00 01 ff 00 00 00",
            INVALID_SOURCE,
            "record 0 of 1, byte 5 of the records: the source is not well-formed UTF-8"),
        arguments(
            "source over-long UTF-8",
            1,
            "09 00 00 00 02 c1 a1 00 00 00",
            INVALID_SOURCE,
            "not well-formed"),
        arguments(
            "source too long for the record",
            1,
            "08 00 00 00 05 61 00 00 00",
            MALFORMED_BATCH,
            "source length is 5; bytes left: 4"),
        arguments(
            "key too long",
            1,
            "08 00 00 00 01 61 04 00 00",
            MALFORMED_BATCH,
            "key length is 3; bytes left: 2"),
        arguments(
            "key of 2 GiB",
            1,
            "0c 00 00 00 01 61 ff ff ff ff 07 00 00",
            MALFORMED_BATCH,
            "key length is 2147483646"),
        arguments(
            "value too long",
            1,
            "08 00 00 00 01 61 00 03 00",
            MALFORMED_BATCH,
            "value length is 2; bytes left: 1"),
        arguments(
            "headers too many",
            1,
            "08 00 00 00 01 61 00 00 01",
            MALFORMED_BATCH,
            "1 headers do not fit into the 0 bytes left"),
        arguments(
            "headers of 2 G",
            1,
            "0c 00 00 00 01 61 00 00 ff ff ff ff 07",
            MALFORMED_BATCH,
            "2147483647 headers do not fit"),
        arguments(
            "header name empty",
            1,
            "0b 00 00 00 01 61 00 00 01 00 61 00",
            MALFORMED_BATCH,
            "a header name has 0 bytes"),
        arguments(
            "header name not UTF-8",
            1,
            "0b 00 00 00 01 61 00 00 01 01 80 00",
            MALFORMED_BATCH,
            "a header name is not well-formed UTF-8"),
        arguments(
            "header name too long for the record",
            1,
            "0b 00 00 00 01 61 00 00 01 03 61 00",
            MALFORMED_BATCH,
            "header name length is 3; bytes left: 2"),
        arguments(
            "header value too long",
            1,
            "0b 00 00 00 01 61 00 00 01 01 61 02",
            MALFORMED_BATCH,
            "header value length is 1; bytes left: 0"),
        arguments(
            "bytes left over in a record",
            1,
            "09 00 00 00 01 61 00 00 00 00",
            MALFORMED_BATCH,
            "1 bytes are left over in the record"),
        arguments(
            "bytes left over after the last",
            1,
            first + "00",
            MALFORMED_BATCH,
            "1 bytes are left over after the last of 1 records"),
        arguments(
            "a record too few",
            3,
            first + second,
            MALFORMED_BATCH,
            "record 2 of 3, byte 16 of the records: the bytes end inside the record length"),
        arguments(
            "records of 2 G",
            Integer.MAX_VALUE,
            first + second,
            MALFORMED_BATCH,
            "record 2 of 2147483647"),
        arguments("a record too many", 1, first + second, MALFORMED_BATCH, "7 bytes are left over"),
        arguments(
            "record of 101 bytes",
            2,
            first + "65 01 00 00 00 60" + "00".repeat(95) + "00",
            EVENT_TOO_LARGE,
            "record 1 of the batch has 101 bytes; limit 100 (limits.maxEventBytes)"));
  }

  @Test
  void acceptsARecordOfExactlyTheLimit() {
    String record = "64 00 00 00 01 61 00 5d" + "00".repeat(92) + "00";

    check.check(HandmadeBatch.of(1, record));
  }

  @Test
  void acceptsTheFirstAndTheLastIdentityOfAProducer() {
    for (long sequence : new long[] {0, Long.MAX_VALUE - 1}) {
      ByteBuffer batch = HandmadeBatch.of(1, HandmadeBatch.RECORD);
      producer(batch, 0, 0, sequence);

      check.check(HandmadeBatch.seal(batch));
    }
  }

  @Test
  void acceptsABatchOfExactlyTheLimit() {
    ByteBuffer batch = GoldenBatch.NONE.bytes();
    int bytes = batch.capacity();

    new BatchCheck(new BatchLimits(44, bytes, bytes - BatchHeader.BYTES)).check(batch);
  }

  @Test
  void acceptsTheLongestSourceAndTheLongestHeaderName() {
    byte[] source = TestEvent.utf8("é".repeat(127) + "x");
    RecordHeader header = new RecordHeader("n".repeat(65_535), null);
    BatchBuilder builder = new BatchBuilder(1 << 20, BatchCodec.NONE);
    builder.add(source, 0, null, null, List.of(header));

    roomy().check(builder.finish(-1, (short) -1, -1));
  }

  @Test
  void refusesAHeaderNameOf65536Bytes() {
    String records = "8c 80 04 00 00 00 01 61 00 00 01 80 80 04" + "61".repeat(65_536) + "00";

    assertThatThrownBy(() -> roomy().check(HandmadeBatch.of(1, records)))
        .hasMessageContaining("a header name has 65536 bytes; expected 1 to 65535");
  }

  @Test
  void refusesABatchOverTheLimit() {
    ByteBuffer batch = HandmadeBatch.of(1, "00".repeat(2_000));

    refuses(batch, BATCH_TOO_LARGE, "the batch has 2104 bytes; limit 2000 (limits.maxBatchBytes)");
  }

  @Test
  void namesBothChecksumsOfADamagedPayload() {
    ByteBuffer batch = HandmadeBatch.of(1, HandmadeBatch.RECORD);
    int sent = BatchHeader.payloadCrc(batch, 0);
    batch.put(110, (byte) 'b');
    int actual = BatchHeader.computePayloadCrc(batch, 0, batch.limit());

    refuses(
        batch,
        CORRUPT_BATCH,
        String.format("payload CRC is 0x%08X, its bytes give 0x%08X", sent, actual));
  }

  @ParameterizedTest
  @EnumSource(names = {"LZ4", "ZSTD"})
  void refusesRecordsThatDoNotDecompress(BatchCodec codec) {
    byte[] garbage = new byte[64];
    Arrays.fill(garbage, (byte) 0xEE);

    refuses(
        HandmadeBatch.of(1, codec, garbage, 500),
        MALFORMED_BATCH,
        "the records do not decompress as " + codec);
  }

  @ParameterizedTest
  @EnumSource(names = {"LZ4", "ZSTD"})
  void refusesRecordsThatDecompressToAnotherSize(GoldenBatch golden) {
    for (int off : List.of(-1, 1, 1_000)) {
      ByteBuffer batch = golden.bytes();
      batch.putInt(BatchHeader.RECORDS_BYTES, BatchHeader.recordsBytes(batch, 0) + off);
      refuses(HandmadeBatch.seal(batch), MALFORMED_BATCH, "decompress");
    }
  }

  @Test
  void refusesBytesBehindTheZstdFrame() {
    ByteBuffer golden = GoldenBatch.ZSTD.bytes();
    int bytes = golden.capacity() - BatchHeader.BYTES;
    byte[] padded = new byte[bytes + 1];
    golden.get(BatchHeader.BYTES, padded, 0, bytes);

    refuses(
        HandmadeBatch.of(24, BatchCodec.ZSTD, padded, BatchHeader.recordsBytes(golden, 0)),
        MALFORMED_BATCH,
        "the zstd frame ends after " + bytes + " of " + (bytes + 1) + " bytes");
  }

  @Test
  void goesOnAfterARefusal() {
    refuses(HandmadeBatch.of(1, "00"), MALFORMED_BATCH, "record 0");

    check.check(HandmadeBatch.of(1, HandmadeBatch.RECORD));
  }

  private void refuses(ByteBuffer batch, ErrorCode code, String message) {
    assertThatThrownBy(() -> check.check(batch))
        .isInstanceOfSatisfying(
            InvalidBatchException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  private static BatchCheck roomy() {
    return new BatchCheck(new BatchLimits(1 << 20, 1 << 20, 1 << 20));
  }

  private static Arguments breach(
      String rule, ErrorCode code, String message, Consumer<ByteBuffer> breach) {
    return arguments(rule, breach, code, message);
  }

  private static void producer(ByteBuffer batch, long id, int epoch, long sequence) {
    batch.putLong(BatchHeader.PRODUCER_ID, id);
    batch.putShort(BatchHeader.PRODUCER_EPOCH, (short) epoch);
    batch.putLong(BatchHeader.BASE_SEQUENCE, sequence);
  }

  private static boolean isTheBrokers(int at) {
    boolean headerCrc = at >= BatchHeader.HEADER_CRC && at < BatchHeader.PAYLOAD_CRC;
    return headerCrc || at >= BatchHeader.BASE_OFFSET && at < BatchHeader.PRODUCER_FIELDS;
  }
}
