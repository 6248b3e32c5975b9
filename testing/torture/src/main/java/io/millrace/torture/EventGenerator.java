package io.millrace.torture;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Event;
import io.millrace.client.Header;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Generates every field of an event from the seed and the id of the event. Compares the events that
 * were read with the generated ones. Thread-safe.
 *
 * <p>A value starts with a magic number, the seed and the id. The rest has random length and
 * content; half of the values compress well, and some are long.
 */
final class EventGenerator {

  private static final int MAGIC = 0x4d4c5254;
  private static final int HEAD_BYTES = Integer.BYTES + 2 * Long.BYTES;
  private static final long FIRST_MICROS =
      ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse("2026-01-01T00:00:00Z"));
  private static final int MAX_LATE_MICROS = 5_000_000;
  private static final int SOURCES = 200;

  private final long seed;

  EventGenerator(long seed) {
    this.seed = seed;
  }

  /** The event with this id, for the partition of the id. */
  Event event(long id) {
    return event(id, Event.NO_SEQUENCE);
  }

  /** The event with this id, with a sequence number for a named producer. */
  Event event(long id, long sequence) {
    Fields fields = fields(id);
    Event.Builder event =
        Event.builder()
            .partition(EventId.partition(id))
            .sequence(sequence)
            .timestamp(Instant.EPOCH.plus(fields.timestampMicros, ChronoUnit.MICROS))
            .source(fields.source)
            .key(fields.key)
            .value(fields.value);
    fields.headers.forEach(header -> event.header(header.name(), header.value()));
    return event.build();
  }

  /**
   * Reads the id from an event's value.
   *
   * @return {@link EventId#NONE} if the value was not generated from this seed
   */
  long idOf(ConsumedEvent event) {
    byte[] value = event.value();
    if (value == null || value.length < HEAD_BYTES) {
      return EventId.NONE;
    }
    ByteBuffer head = ByteBuffer.wrap(value);
    boolean ours = head.getInt() == MAGIC && head.getLong() == seed;
    return ours ? Math.max(EventId.NONE, head.getLong()) : EventId.NONE;
  }

  /** Describes the first field that differs from what was sent; null if none does. */
  String difference(long id, ConsumedEvent event) {
    if (id == EventId.NONE) {
      return null;
    }
    Fields fields = fields(id);
    if (event.timestampMicros() != fields.timestampMicros) {
      return "timestamp " + event.timestampMicros() + ", sent " + fields.timestampMicros;
    }
    if (!event.source().equals(fields.source)) {
      return "source '" + event.source() + "', sent '" + fields.source + "'";
    }
    if (!Arrays.equals(event.key(), fields.key)) {
      return "key " + Arrays.toString(event.key()) + ", sent " + Arrays.toString(fields.key);
    }
    if (!sameHeaders(event.headers(), fields.headers)) {
      return "headers " + event.headers() + ", sent " + fields.headers;
    }
    int at = Arrays.mismatch(event.value(), fields.value);
    return at < 0
        ? null
        : "value differs at byte " + at + " of " + event.value().length + "; " + lengths(fields);
  }

  /**
   * An upper bound of the event times of all events with this number. Event times are up to 5 s
   * below it.
   */
  static long timestampMicros(long number) {
    return FIRST_MICROS + number * 1_000;
  }

  private static String lengths(Fields fields) {
    return "sent " + fields.value.length + " bytes";
  }

  private static boolean sameHeaders(List<Header> read, List<Header> sent) {
    boolean same = read.size() == sent.size();
    for (int i = 0; same && i < sent.size(); i++) {
      same =
          read.get(i).name().equals(sent.get(i).name())
              && Arrays.equals(read.get(i).value(), sent.get(i).value());
    }
    return same;
  }

  private record Fields(
      long timestampMicros, String source, byte[] key, byte[] value, List<Header> headers) {}

  private Fields fields(long id) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ id);
    long timestamp = timestampMicros(EventId.number(id)) - random.nextInt(MAX_LATE_MICROS);
    String source = "vehicle-" + random.nextInt(SOURCES);
    return new Fields(timestamp, source, key(random), value(random, id), headers(random));
  }

  private static byte[] key(SplittableRandom random) {
    int bytes = random.nextInt(-4, 24);
    return bytes < 0 ? null : bytes(random, bytes);
  }

  private byte[] value(SplittableRandom random, long id) {
    int kind = random.nextInt(1000);
    int fill = kind == 0 ? random.nextInt(64 * 1024) : random.nextInt(200);
    ByteBuffer value = ByteBuffer.allocate(HEAD_BYTES + fill);
    value.putInt(MAGIC).putLong(seed).putLong(id);
    if (kind % 2 == 0) {
      value.put(bytes(random, fill));
    } else {
      Arrays.fill(value.array(), HEAD_BYTES, HEAD_BYTES + fill, (byte) kind);
    }
    return value.array();
  }

  private static List<Header> headers(SplittableRandom random) {
    int count = Math.max(0, random.nextInt(-3, 4));
    List<Header> headers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int bytes = random.nextInt(-1, 12);
      headers.add(new Header("h" + random.nextInt(10), bytes < 0 ? null : bytes(random, bytes)));
    }
    return headers;
  }

  private static byte[] bytes(SplittableRandom random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
