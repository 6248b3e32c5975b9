package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the records of an uncompressed batch as docs/protocol.md has them, number by number and
 * byte by byte, without a thought for speed: what {@link BatchReader} is held against.
 */
final class ReferenceDecoder {

  /** The records before the first violation of the format, and whether there was a violation. */
  record Decoded(List<String> records, boolean breach) {}

  private static final class Breach extends Exception {
    private static final long serialVersionUID = 1;
  }

  private final ByteBuffer bytes;
  private final int count;
  private final int lastOffsetDelta;
  private final List<String> sources = new ArrayList<>();
  private final List<String> records = new ArrayList<>();

  private ReferenceDecoder(ByteBuffer batch) {
    this.bytes = batch.slice(BatchHeader.BYTES, batch.limit() - BatchHeader.BYTES);
    this.count = BatchHeader.recordCount(batch, 0);
    this.lastOffsetDelta = BatchHeader.lastOffsetDelta(batch, 0);
  }

  /** Decodes a batch that fills its little-endian buffer and whose header is right. */
  static Decoded decode(ByteBuffer batch) {
    ReferenceDecoder decoder = new ReferenceDecoder(batch);
    try {
      decoder.decode();
      return new Decoded(decoder.records, false);
    } catch (Breach breach) {
      return new Decoded(decoder.records, true);
    }
  }

  /** A record as {@link #decode} tells it, read by the reader that is tested. */
  static String told(BatchReader reader) {
    return told(reader.offset(), TestEvent.from(reader));
  }

  private static String told(long offset, TestEvent event) {
    return offset + ": " + event;
  }

  private void decode() throws Breach {
    long delta = -1;
    long time = 0;
    for (int i = 0; i < count; i++) {
      int length = length(uvarint());
      int end = bytes.position() + length;
      int whole = bytes.limit();
      bytes.limit(end);
      long next = uvarint();
      require(next > delta && next <= lastOffsetDelta);
      require(i < count - 1 || next == lastOffsetDelta);
      delta = next;
      long zigzag = number(Varint.MAX_LONG_BYTES);
      time += zigzag >>> 1 ^ -(zigzag & 1);
      String source = source();
      byte[] key = nullable();
      byte[] value = nullable();
      List<RecordHeader> headers = new ArrayList<>();
      for (long left = uvarint(); left > 0; left--) {
        byte[] name = take(length(uvarint()));
        require(name.length >= 1 && name.length <= RecordHeader.MAX_NAME_BYTES);
        headers.add(new RecordHeader(text(name), nullable()));
      }
      require(!bytes.hasRemaining());
      bytes.limit(whole);
      records.add(told(delta, new TestEvent(source, time, key, value, headers)));
    }
    require(!bytes.hasRemaining());
  }

  private String source() throws Breach {
    long index = uvarint();
    require(index <= sources.size());
    if (index == sources.size()) {
      byte[] source = take(length(uvarint()));
      require(source.length >= 1 && source.length <= SourceFilter.MAX_SOURCE_BYTES);
      sources.add(text(source));
    }
    return sources.get((int) index);
  }

  private byte[] nullable() throws Breach {
    long length = uvarint();
    return length == 0 ? null : take(length(length - 1));
  }

  private byte[] take(int length) {
    byte[] taken = new byte[length];
    bytes.get(taken);
    return taken;
  }

  private int length(long length) throws Breach {
    require(length <= bytes.remaining());
    return (int) length;
  }

  private long uvarint() throws Breach {
    long value = number(Varint.MAX_BYTES);
    require(value >= 0 && value <= Integer.MAX_VALUE);
    return value;
  }

  private long number(int maxBytes) throws Breach {
    long value = 0;
    for (int i = 0; ; i++) {
      require(i < maxBytes && bytes.hasRemaining());
      int next = Byte.toUnsignedInt(bytes.get());
      require(i < Varint.MAX_LONG_BYTES - 1 || next <= 1);
      value |= (long) (next & 0x7F) << 7 * i;
      if (next < 0x80) {
        require(next != 0 || i == 0);
        return value;
      }
    }
  }

  private static String text(byte[] utf8) throws Breach {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new Breach();
    }
  }

  private static void require(boolean asInTheFormat) throws Breach {
    if (!asInTheFormat) {
      throw new Breach();
    }
  }
}
