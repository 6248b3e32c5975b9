package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchReaderTest {

  private final BatchReader reader = new BatchReader(10_000);

  @Test
  void hasNoRecordBeforeABatchIsOpened() {
    assertThat(reader.next()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void readsFromTheMiddleOfAnyBuffer(GoldenBatch golden) {
    byte[] batch = golden.bytes().array();
    ByteBuffer heap = ByteBuffer.allocate(batch.length + 9).put(7, batch);
    ByteBuffer direct = ByteBuffer.allocateDirect(batch.length + 9).put(7, batch);
    for (ByteBuffer buffer :
        List.of(heap, direct, heap.asReadOnlyBuffer(), direct.asReadOnlyBuffer())) {
      reader.open(buffer, 7);

      assertThat(events()).isEqualTo(golden.events());
      assertThat(buffer.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
      assertThat(buffer.position()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesEveryTruncation(GoldenBatch golden) {
    ByteBuffer batch = golden.bytes();
    for (int bytes = 0; bytes < batch.capacity(); bytes++) {
      batch.limit(bytes);
      assertThatThrownBy(() -> reader.open(batch, 0)).isInstanceOf(InvalidBatchException.class);
    }
  }

  @Test
  void refusesAPlaceOutsideTheBuffer() {
    ByteBuffer batch = GoldenBatch.NONE.bytes();

    assertThatThrownBy(() -> reader.open(batch, -1)).isInstanceOf(InvalidBatchException.class);
    assertThatThrownBy(() -> reader.open(batch, batch.capacity() + 1))
        .isInstanceOf(InvalidBatchException.class);
  }

  @ParameterizedTest
  @EnumSource
  void refusesEveryFlippedBitExceptInTheProof(GoldenBatch golden) {
    ByteBuffer batch = golden.bytes();
    for (int at = 0; at < batch.limit(); at++) {
      if (at == BatchHeader.PROOF) {
        at = BatchHeader.PRODUCER_FIELDS;
      }
      byte right = batch.get(at);
      for (int bit = 0; bit < 8; bit++) {
        batch.put(at, (byte) (right ^ 1 << bit));
        assertThatThrownBy(() -> reader.open(batch, 0))
            .as("byte %d, bit %d", at, bit)
            .isInstanceOf(InvalidBatchException.class);
      }
      batch.put(at, right);
    }
  }

  @Test
  void tellsWhichChecksumIsWrong() {
    ByteBuffer header = GoldenBatch.NONE.bytes().put(BatchHeader.BASE_OFFSET, (byte) 0);
    ByteBuffer payload = GoldenBatch.NONE.bytes().put(BatchHeader.BYTES, (byte) 0);

    assertThatThrownBy(() -> reader.open(header, 0)).hasMessageContaining("header CRC");
    assertThatThrownBy(() -> reader.open(payload, 0))
        .hasMessageContaining("payload CRC is 0xF5CE58AB")
        .isInstanceOfSatisfying(
            InvalidBatchException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_BATCH));
  }

  @Test
  void isEmptyAfterABatchThatDidNotOpen() {
    reader.open(GoldenBatch.NONE.bytes(), 0);
    assertThatThrownBy(() -> reader.open(ByteBuffer.allocate(200), 0))
        .isInstanceOf(InvalidBatchException.class);

    assertThat(reader.next()).isFalse();
    assertThat(reader.recordCount()).isZero();
  }

  @Test
  void failsAgainAtARecordThatFailed() {
    String broken = "08 01 00 01 01 62 05 00 00";
    reader.open(HandmadeBatch.of(2, HandmadeBatch.RECORD + broken), 0);
    assertThat(reader.next()).isTrue();

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(reader::next).hasMessageContaining("record 1 of 2, byte 16");
    }
  }

  @Test
  void readsOffsetsWithGaps() {
    ByteBuffer batch = HandmadeBatch.of(2, "08 02 00 00 01 61 00 00 00" + "06 05 00 00 00 00 00");
    batch.putInt(BatchHeader.LAST_OFFSET_DELTA, 5);
    batch.putInt(BatchHeader.PRODUCER_EPOCH, 0).putLong(BatchHeader.PRODUCER_ID, 1);
    batch.putLong(BatchHeader.BASE_SEQUENCE, 10).putInt(BatchHeader.RECORD_COUNT, 2);
    HandmadeBatch.seal(batch);
    BatchHeader.stamp(batch, 0, 1_000, 77, 0, 0);

    reader.open(batch, 0);

    assertThat(reader.appendTimeMicros()).isEqualTo(77);
    assertThat(reader.next()).isTrue();
    assertThat(reader.offset()).isEqualTo(1_002);
    assertThat(reader.sequence()).isEqualTo(12);
    assertThat(reader.next()).isTrue();
    assertThat(reader.offset()).isEqualTo(1_005);
    assertThat(reader.sequence()).isEqualTo(15);
    assertThat(reader.next()).isFalse();
  }

  @Test
  void refusesAnOffsetThatRepeats() {
    String records = "08 02 00 00 01 61 00 00 00" + "06 02 00 00 00 00 00".repeat(2);
    ByteBuffer batch = HandmadeBatch.of(3, records).putInt(BatchHeader.LAST_OFFSET_DELTA, 5);
    reader.open(HandmadeBatch.seal(batch), 0);
    assertThat(reader.next()).isTrue();

    assertThatThrownBy(reader::next).hasMessageContaining("offset delta 2; expected more than 2");
  }

  @Test
  void hasNoSequenceWithoutAProducer() {
    reader.open(HandmadeBatch.of(2, HandmadeBatch.RECORD + "06 01 00 00 00 00 00"), 0);
    reader.next();
    reader.next();

    assertThat(reader.sequence()).isEqualTo(BatchHeader.NO_SEQUENCE);
  }

  @Test
  void requiresTheLastRecordToHaveTheLastOffset() {
    ByteBuffer batch = HandmadeBatch.of(1, HandmadeBatch.RECORD);
    batch.putInt(BatchHeader.LAST_OFFSET_DELTA, 3);
    reader.open(HandmadeBatch.seal(batch), 0);

    assertThatThrownBy(reader::next).hasMessageContaining("offset delta 0");
  }

  @ParameterizedTest
  @EnumSource
  void takesNoMemoryForMoreThanItsLimit(GoldenBatch golden) {
    BatchReader small = new BatchReader(BatchHeader.recordsBytes(golden.bytes(), 0) - 1);

    assertThatThrownBy(() -> small.open(golden.bytes(), 0))
        .isInstanceOfSatisfying(
            InvalidBatchException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.BATCH_TOO_LARGE));
  }

  @Test
  void handsOutWhatOutlivesTheBuffer() {
    ByteBuffer batch = GoldenBatch.NONE.bytes();
    reader.open(batch, 0);

    List<TestEvent> events = events();
    batch.put(0, new byte[batch.capacity()]);

    assertThat(events).isEqualTo(GoldenBatch.NONE.events());
  }

  @Test
  void sharesTheStringOfASource() {
    reader.open(GoldenBatch.NONE.bytes(), 0);
    reader.next();
    String first = reader.source();
    assertThat(reader.sourceIndex()).isZero();
    reader.next();
    assertThat(reader.sourceIndex()).isEqualTo(1);
    assertThat(reader.source()).isEqualTo("Gerät");
    reader.next();

    assertThat(reader.source()).isSameAs(first).isEqualTo("vehicle-17");
  }

  @Test
  void givesLengthsAndCopiesWithoutNewArrays() {
    reader.open(GoldenBatch.NONE.bytes(), 0);
    reader.next();
    byte[] to = new byte[reader.valueLength() + 2];
    reader.copyValue(to, 1);

    assertThat(new String(to, 1, 14)).isEqualTo("{\"fare\":12.40}");
    assertThat(reader.keyLength()).isEqualTo(6);
    reader.next();
    assertThat(reader.keyLength()).isEqualTo(-1);
    assertThat(reader.valueLength()).isZero();
    reader.next();
    assertThat(reader.valueLength()).isEqualTo(-1);
  }

  @Test
  void headersMayBeReadTwiceAndNotChanged() {
    reader.open(GoldenBatch.NONE.bytes(), 0);
    while (reader.headers().isEmpty() && reader.next()) {}

    List<RecordHeader> headers = reader.headers();

    assertThat(headers).extracting(RecordHeader::name).containsExactly("trace", "x");
    assertThat(reader.headers()).hasSize(2);
    assertThatThrownBy(() -> headers.remove(0)).isInstanceOf(UnsupportedOperationException.class);
    assertThat(reader.next()).isFalse();
  }

  private List<TestEvent> events() {
    List<TestEvent> events = new ArrayList<>();
    while (reader.next()) {
      events.add(TestEvent.from(reader));
    }
    return events;
  }
}
