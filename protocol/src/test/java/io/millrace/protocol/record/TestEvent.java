package io.millrace.protocol.record;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** An event as it went into a builder, or as it came out of a reader; equal by content. */
record TestEvent(
    String source, long eventTime, byte[] key, byte[] value, List<RecordHeader> headers) {

  private static final String[] ALPHABET = {"a", "Z", "-", "7", "é", "ß", "日", "🚗", "\u0000"};

  static TestEvent of(String source, long eventTime, String key, String value) {
    return new TestEvent(source, eventTime, utf8(key), utf8(value), List.of());
  }

  /** Any event a producer may send; now and then with a value of some hundred kilobytes. */
  static TestEvent random(Random random, List<String> sources) {
    List<RecordHeader> headers = new ArrayList<>();
    for (int i = random.nextInt(4) - 2; i > 0; i--) {
      headers.add(new RecordHeader(text(random, 1 + random.nextInt(20)), bytes(random, 30)));
    }
    String source = sources.get(random.nextInt(sources.size()));
    int largest = random.nextInt(200) == 0 ? 300_000 : 200;
    return new TestEvent(source, time(random), bytes(random, 20), bytes(random, largest), headers);
  }

  /** Distinct sources of 1 to 255 bytes. */
  static List<String> sources(Random random, int count) {
    List<String> sources = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sources.add(i + text(random, random.nextInt(60)));
    }
    return sources;
  }

  boolean addTo(BatchBuilder builder) {
    return builder.add(utf8(source), eventTime, key, value, headers);
  }

  int maxRecordBytes() {
    return BatchBuilder.maxRecordBytes(utf8(source), key, value, headers);
  }

  /** The record on which the reader stands. */
  static TestEvent from(BatchReader reader) {
    return new TestEvent(
        reader.source(), reader.eventTimeMicros(), reader.key(), reader.value(), reader.headers());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TestEvent that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(source + "@" + eventTime);
    text.append(" key=").append(hex(key)).append(" value=").append(hex(value));
    headers.forEach(
        header -> text.append(' ').append(header.name()).append('=').append(hex(header.value())));
    return text.toString();
  }

  private static String hex(byte[] bytes) {
    if (bytes == null) {
      return "null";
    }
    return bytes.length <= 64
        ? HexFormat.of().formatHex(bytes)
        : bytes.length + " bytes, hash " + Arrays.hashCode(bytes);
  }

  private static long time(Random random) {
    return switch (random.nextInt(20)) {
      case 0 -> Long.MIN_VALUE;
      case 1 -> Long.MAX_VALUE;
      case 2 -> 0;
      case 3 -> -1;
      case 4 -> random.nextLong();
      default -> 1_790_000_000_000_000L + random.nextInt(1_000_000_000);
    };
  }

  /** Null, no bytes, or up to {@code most} random bytes. */
  private static byte[] bytes(Random random, int most) {
    int kind = random.nextInt(6);
    if (kind == 0) {
      return null;
    }
    byte[] bytes = new byte[kind == 1 ? 0 : random.nextInt(most + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String text(Random random, int characters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < characters; i++) {
      text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
    }
    return text.toString();
  }

  static byte[] utf8(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
