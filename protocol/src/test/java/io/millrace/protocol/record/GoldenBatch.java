package io.millrace.protocol.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The batches of version 2 as they were written once, and what is in them. */
enum GoldenBatch {
  NONE(BatchCodec.NONE, 1),
  LZ4(BatchCodec.LZ4, 8),
  ZSTD(BatchCodec.ZSTD, 8);

  static final long BASE_OFFSET = 42;
  static final long APPEND_TIME = 1_790_000_001_000_000L;
  static final long DURABLE_OFFSET = 40;
  static final int EPOCH = 3;
  static final long PROOF = 0x0807060504030201L;
  static final long PRODUCER_ID = 7;
  static final short PRODUCER_EPOCH = 1;
  static final long BASE_SEQUENCE = 100;

  private static final long TIME = 1_790_000_000_000_000L;
  private static final List<TestEvent> EVENTS =
      List.of(
          new TestEvent(
              "vehicle-17",
              TIME,
              TestEvent.utf8("ride-1"),
              TestEvent.utf8("{\"fare\":12.40}"),
              List.of()),
          new TestEvent("Gerät", TIME + 250, null, new byte[0], List.of()),
          new TestEvent(
              "vehicle-17",
              TIME - 1_000,
              TestEvent.utf8("ride-1"),
              null,
              List.of(
                  new RecordHeader("trace", new byte[] {(byte) 0xCA, (byte) 0xFE}),
                  new RecordHeader("x", null))));

  final BatchCodec codec;
  private final int repeats;

  GoldenBatch(BatchCodec codec, int repeats) {
    this.codec = codec;
    this.repeats = repeats;
  }

  List<TestEvent> events() {
    return Collections.nCopies(repeats, EVENTS).stream().flatMap(List::stream).toList();
  }

  /** The golden bytes in a fresh little-endian buffer. */
  ByteBuffer bytes() {
    return ByteBuffer.wrap(parse(text())).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The same batch as today's builder makes it. */
  ByteBuffer rebuild() {
    BatchBuilder builder = new BatchBuilder(1 << 16, codec);
    events().forEach(event -> event.addTo(builder));
    ByteBuffer batch = builder.finish(PRODUCER_ID, PRODUCER_EPOCH, BASE_SEQUENCE);
    BatchHeader.stamp(batch, 0, BASE_OFFSET, APPEND_TIME, DURABLE_OFFSET, EPOCH);
    BatchHeader.putProof(batch, 0, PROOF);
    return batch;
  }

  /** Bytes of text that has hex digits, and comments from '#' to the end of a line. */
  static byte[] parse(String hex) {
    String digits =
        hex.lines().map(line -> line.replaceFirst("#.*", "")).collect(Collectors.joining());
    return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
  }

  private String text() {
    String name = "/golden/record-batch-v2-" + name().toLowerCase(Locale.ROOT) + ".hex";
    try (InputStream file = GoldenBatch.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
