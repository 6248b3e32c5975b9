package io.millrace.e2e;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A record batch as {@code docs/protocol.md} describes it, without compression and headers, and
 * with events of one source. It is written from that page, without the code of the broker.
 */
final class PlainBatch {

  private static final int HEADER_BYTES = 104;

  /** An event to send. The key or value may be null. */
  record Event(long timeMicros, String source, String key, String value) {}

  /** A delivered event. */
  record Delivered(long offset, Event event) {}

  private PlainBatch() {}

  /** Encodes a batch as a producer sends it. A producer id of -1 is a producer without identity. */
  static ByteBuffer of(long producerId, int epoch, long baseSequence, List<Event> events) {
    ByteBuffer batch = PlainSocketClient.buffer(HEADER_BYTES + 4096).position(HEADER_BYTES);
    long lastTime = 0;
    for (int i = 0; i < events.size(); i++) {
      putRecord(batch, i, events.get(i), lastTime);
      lastTime = events.get(i).timeMicros;
    }
    int length = batch.position();
    batch.putInt(0, length).put(4, (byte) 'M').put(5, (byte) 'R').put(6, (byte) 2);
    batch.putShort(50, (short) epoch).putInt(52, events.size());
    batch.putLong(56, producerId).putLong(64, baseSequence);
    batch.putLong(72, events.stream().mapToLong(Event::timeMicros).min().orElseThrow());
    batch.putLong(80, events.stream().mapToLong(Event::timeMicros).max().orElseThrow());
    batch.putLong(88, sourceFilter(events.get(0).source));
    batch.putInt(96, length - HEADER_BYTES).putInt(100, events.size() - 1);
    batch.putInt(12, crc(batch, 48, length));
    return batch.flip();
  }

  /** Decodes the batch at the buffer's position, and moves the position to its end. */
  static List<Delivered> read(ByteBuffer in) {
    ByteBuffer batch = in.slice(in.position(), in.getInt(in.position())).order(in.order());
    in.position(in.position() + batch.limit());
    if (batch.getInt(12) != crc(batch, 48, batch.limit())) {
      throw new AssertionError("the payload CRC does not match");
    }
    if (batch.getInt(8) != headerCrc(batch)) {
      throw new AssertionError("the header CRC does not match");
    }
    List<Delivered> events = new ArrayList<>();
    List<String> sources = new ArrayList<>();
    long time = 0;
    batch.position(HEADER_BYTES);
    for (int i = batch.getInt(52); i > 0; i--) {
      int end = (int) getVarint(batch) + batch.position();
      long offset = batch.getLong(16) + getVarint(batch);
      time += unzigzag(getVarint(batch));
      int source = (int) getVarint(batch);
      if (source == sources.size()) {
        sources.add(getText(batch, (int) getVarint(batch)));
      }
      String key = getText(batch, (int) getVarint(batch) - 1);
      String value = getText(batch, (int) getVarint(batch) - 1);
      events.add(new Delivered(offset, new Event(time, sources.get(source), key, value)));
      batch.position(end);
    }
    return events;
  }

  private static void putRecord(ByteBuffer batch, int index, Event event, long lastTime) {
    ByteBuffer body = PlainSocketClient.buffer(1024);
    putVarint(body, index);
    putVarint(body, zigzag(event.timeMicros - lastTime));
    putVarint(body, 0);
    if (index == 0) {
      putText(body, event.source, 0);
    }
    putText(body, event.key, 1);
    putText(body, event.value, 1);
    putVarint(body, 0);
    putVarint(batch, body.flip().limit());
    batch.put(body);
  }

  private static void putText(ByteBuffer out, String text, int plus) {
    byte[] utf8 = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    putVarint(out, text == null ? 0 : utf8.length + plus);
    out.put(utf8);
  }

  private static String getText(ByteBuffer in, int length) {
    if (length < 0) {
      return null;
    }
    byte[] utf8 = new byte[length];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static void putVarint(ByteBuffer out, long n) {
    long rest = n;
    for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
      out.put((byte) (rest | 0x80));
    }
    out.put((byte) rest);
  }

  private static long getVarint(ByteBuffer in) {
    long n = 0;
    int shift = 0;
    byte b;
    do {
      b = in.get();
      n |= (b & 0x7FL) << shift;
      shift += 7;
    } while (b < 0);
    return n;
  }

  private static long zigzag(long n) {
    return (n << 1) ^ (n >> 63);
  }

  private static long unzigzag(long n) {
    return (n >>> 1) ^ -(n & 1);
  }

  private static long sourceFilter(String source) {
    CRC32C crc = new CRC32C();
    crc.update(source.getBytes(StandardCharsets.UTF_8));
    long h = crc.getValue();
    return 1L << (h % 64) | 1L << (h / 64 % 64);
  }

  private static int crc(ByteBuffer batch, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(batch.slice(from, to - from));
    return (int) crc.getValue();
  }

  private static int headerCrc(ByteBuffer batch) {
    CRC32C crc = new CRC32C();
    crc.update(batch.slice(0, 8));
    crc.update(batch.slice(12, 28));
    return (int) crc.getValue();
  }
}
