package io.millrace.storage.mapped.file;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.TestBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The evidence in the bytes after the last valid batch. */
final class SegmentTailTest {

  @TempDir Path temporary;

  private static final LogKey KEY = LogKey.random();
  private static final BatchProof PROOF = new BatchProof(KEY, 0);

  private final byte[] bytes = new byte[5000];

  @Test
  void zerosStateNothing() throws IOException {
    SegmentTail tail = tail();
    assertThat(tail.nonZeroBytes()).isZero();
    assertThat(tail.durableOffset()).isEqualTo(-1);
    assertThat(tail.hasLaterHeader()).isFalse();
  }

  @Test
  void aHeaderIsFoundAtAnyPositionAfterZeros() throws IOException {
    for (int at = 0; at < 40; at++) {
      putHeader(at, 77, BatchHeader.BYTES);
      assertThat(tail().durableOffset()).as("at %d", at).isEqualTo(77);
      assertThat(tail().hasLaterHeader()).as("at %d", at).isEqualTo(at > 0);
      put(at, new byte[BatchHeader.BYTES]);
    }
  }

  @Test
  void aHeaderIsFoundInTheLastBytes() throws IOException {
    putHeader(bytes.length - BatchHeader.BYTES, 77, BatchHeader.BYTES);
    assertThat(tail().durableOffset()).isEqualTo(77);
    assertThat(tail().hasLaterHeader()).isTrue();
  }

  @Test
  void theHighestDurableOffsetCounts() throws IOException {
    putHeader(100, 5, BatchHeader.BYTES);
    putHeader(1003, 9, BatchHeader.BYTES);
    putHeader(3001, 7, BatchHeader.BYTES);
    assertThat(tail().durableOffset()).isEqualTo(9);
  }

  @Test
  void theBytesInsideABatchStateNothing() throws IOException {
    putHeader(100, 5, 1000);
    putHeader(500, 9, BatchHeader.BYTES);
    assertThat(tail().durableOffset()).isEqualTo(5);
  }

  @Test
  void aHeaderWithoutTheProofOfItsPlaceStatesNothing() throws IOException {
    ByteBuffer forged = header(77, BatchHeader.BYTES);
    put(100, forged.array());
    assertThat(tail().durableOffset()).as("no proof").isEqualTo(-1);
    PROOF.write(forged, 0, 101);
    put(100, forged.array());
    assertThat(tail().durableOffset()).as("the proof of another position").isEqualTo(-1);
    new BatchProof(KEY, 1).write(forged, 0, 100);
    put(100, forged.array());
    assertThat(tail().durableOffset()).as("the proof of another segment").isEqualTo(-1);
    new BatchProof(LogKey.random(), 0).write(forged, 0, 100);
    put(100, forged.array());
    assertThat(tail().durableOffset()).as("the proof of another log").isEqualTo(-1);
    assertThat(tail().hasLaterHeader()).isFalse();
    PROOF.write(forged, 0, 100);
    put(100, forged.array());
    assertThat(tail().durableOffset()).isEqualTo(77);
  }

  @Test
  void aLengthThatNoFileHasEndsTheSearch() throws IOException {
    putHeader(100, 5, Integer.MAX_VALUE);
    assertThat(tail().durableOffset()).isEqualTo(5);
  }

  @Test
  void everyByteThatIsNotZeroCounts() throws IOException {
    put(0, 1);
    put(9, 1, 0, 1, 1);
    put(2500, 1);
    put(bytes.length - 1, 1);
    assertThat(tail().nonZeroBytes()).isEqualTo(6);
  }

  @Test
  void bytesThatAreNotZeroAreOverwritten() throws IOException {
    putHeader(3000, 5, BatchHeader.BYTES);
    Path file = file();
    try (SegmentChannel source = SegmentChannel.open(file, PositionalRead.PLAIN, READ, WRITE)) {
      SegmentTail.read(source, 1000, bytes.length, PROOF).zero();
    }
    assertThat(Files.readAllBytes(file)).containsOnly(0);
  }

  private void put(int at, int... values) {
    for (int i = 0; i < values.length; i++) {
      bytes[at + i] = (byte) values[i];
    }
  }

  private void put(int at, byte[] values) {
    System.arraycopy(values, 0, bytes, at, values.length);
  }

  /** Puts a header whose proof is that of its place. */
  private void putHeader(int at, long durableOffset, int length) {
    ByteBuffer header = header(durableOffset, length);
    PROOF.write(header, 0, at);
    put(at, header.array());
  }

  private static ByteBuffer header(long durableOffset, int length) {
    ByteBuffer batch = TestBatches.batch(100, 1, BatchHeader.BYTES, 1, 1, durableOffset, 1);
    batch.putInt(0, length);
    BatchHeader.stamp(batch, 0, 100, 1, durableOffset, 1);
    return batch;
  }

  private Path file() throws IOException {
    return Files.write(temporary.resolve("segment"), bytes);
  }

  private SegmentTail tail() throws IOException {
    try (SegmentChannel source = SegmentChannel.open(file(), PositionalRead.PLAIN)) {
      return SegmentTail.read(source, 0, bytes.length, PROOF);
    }
  }
}
