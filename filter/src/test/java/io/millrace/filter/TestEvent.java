package io.millrace.filter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** An event of a test; its bytes are in a direct buffer, as those of a mapped batch. */
record TestEvent(
    int partition,
    long offset,
    long timestampMicros,
    long appendTimeMicros,
    byte[] sourceBytes,
    byte[] keyBytes,
    byte[] valueBytes,
    List<TestHeader> headers)
    implements FilterEvent {

  record TestHeader(String name, byte[] value) {}

  /** An event with a source and a value, and 0 or nothing elsewhere. */
  static TestEvent of(String source, String value) {
    return new TestEvent(0, 0, 0, 0, utf8(source), null, utf8(value), List.of());
  }

  static TestEvent ofValue(String value) {
    return of("s", value);
  }

  static TestEvent ofValue(byte[] value) {
    return new TestEvent(0, 0, 0, 0, utf8("s"), null, value, List.of());
  }

  TestEvent withKey(String key) {
    return new TestEvent(
        partition,
        offset,
        timestampMicros,
        appendTimeMicros,
        sourceBytes,
        utf8(key),
        valueBytes,
        headers);
  }

  TestEvent withTimes(long timestamp, long appendTime) {
    return new TestEvent(
        partition, offset, timestamp, appendTime, sourceBytes, keyBytes, valueBytes, headers);
  }

  TestEvent withPlace(int newPartition, long newOffset) {
    return new TestEvent(
        newPartition,
        newOffset,
        timestampMicros,
        appendTimeMicros,
        sourceBytes,
        keyBytes,
        valueBytes,
        headers);
  }

  TestEvent withHeaders(TestHeader... newHeaders) {
    return new TestEvent(
        partition,
        offset,
        timestampMicros,
        appendTimeMicros,
        sourceBytes,
        keyBytes,
        valueBytes,
        List.of(newHeaders));
  }

  static byte[] utf8(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void source(ByteRange to) {
    set(to, sourceBytes);
  }

  @Override
  public void key(ByteRange to) {
    set(to, keyBytes);
  }

  @Override
  public void value(ByteRange to) {
    set(to, valueBytes);
  }

  @Override
  public boolean header(byte[] name, ByteRange to) {
    for (TestHeader header : headers) {
      if (Arrays.equals(utf8(header.name()), name)) {
        set(to, header.value());
        return true;
      }
    }
    return false;
  }

  /** Other bytes around the field must not be read. */
  private static void set(ByteRange to, byte[] bytes) {
    if (bytes == null) {
      to.setAbsent();
      return;
    }
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 6);
    buffer.put(0, utf8("\"\"\"")).put(3, bytes).put(3 + bytes.length, utf8("\"}]"));
    to.set(buffer, 3, bytes.length);
  }

  @Override
  public String toString() {
    return "event of source "
        + text(sourceBytes)
        + ", key "
        + text(keyBytes)
        + ", timestamp "
        + timestampMicros
        + ", appendTime "
        + appendTimeMicros
        + ", partition "
        + partition
        + ", offset "
        + offset
        + ", headers "
        + headers.stream().map(h -> h.name() + "=" + text(h.value())).toList()
        + ", value "
        + text(valueBytes);
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "null" : new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
