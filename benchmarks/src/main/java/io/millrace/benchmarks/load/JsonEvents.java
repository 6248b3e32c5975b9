package io.millrace.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Random JSON events that are sent one after another, like edits of a wiki. Each second one on
 * average has the source {@link #WANTED_SOURCE}, and 28 % have a {@code delta} above {@link
 * #DELTA}, which is the last field. There are 1,024 values, all of the same size. Used by one
 * thread.
 */
final class JsonEvents {

  /** The source of about half of the events. */
  static final String WANTED_SOURCE = "en.wiki";

  /** The {@code delta} above which an event is wanted. */
  static final int DELTA = 100;

  private static final String OTHER_SOURCE = "de.wiki";
  private static final int DELTAS = 140;
  private static final int COUNT = 1024;
  private static final long SEED = 4711;
  private static final String[] WORDS = {
    "river", "stone", "mill", "wheel", "flow", "gate", "bank", "weir", "ford", "spring"
  };

  private final Value[] values = new Value[COUNT];
  private int next;

  /**
   * A value with its source.
   *
   * @param value UTF-8, which the receiver must not change
   */
  record Value(String source, byte[] value, int delta) {

    boolean hasWantedSource() {
      return source.equals(WANTED_SOURCE);
    }
  }

  /**
   * @param sizeBytes the size of each value, 60 or more
   */
  JsonEvents(int sizeBytes) {
    Random random = new Random(SEED);
    for (int i = 0; i < COUNT; i++) {
      int delta = random.nextInt(DELTAS);
      values[i] =
          new Value(
              random.nextBoolean() ? WANTED_SOURCE : OTHER_SOURCE,
              json(random, i, delta, sizeBytes).getBytes(StandardCharsets.US_ASCII),
              delta);
    }
  }

  /** The next value. */
  Value next() {
    Value value = values[next];
    next = (next + 1) % COUNT;
    return value;
  }

  private static String json(Random random, int id, int delta, int sizeBytes) {
    StringBuilder text = new StringBuilder("{\"id\":").append(id);
    String end = ",\"delta\":" + delta + "}";
    for (int i = 0; ; i++) {
      String field = field(random, i);
      if (text.length() + field.length() + end.length() + ",\"pad\":\"\"".length() > sizeBytes) {
        break;
      }
      text.append(field);
    }
    text.append(",\"pad\":\"");
    text.append("x".repeat(sizeBytes - text.length() - "\"".length() - end.length()));
    return text.append('"').append(end).toString();
  }

  /** A field of one of the kinds that an edit has. */
  private static String field(Random random, int index) {
    String value =
        switch (index % 6) {
          case 0 -> '"' + words(random, 2) + '"';
          case 1 -> Integer.toString(random.nextInt(100_000_000));
          case 2 -> Boolean.toString(random.nextBoolean());
          case 3 -> '"' + words(random, 8) + " \\\"" + words(random, 1) + "\\\"\"";
          case 4 ->
              "{\"old\":" + random.nextInt(10_000) + ",\"new\":" + random.nextInt(10_000) + "}";
          default -> "[\"" + words(random, 1) + "\",\"" + words(random, 1) + "\",null]";
        };
    return ",\"field" + index + "\":" + value;
  }

  private static String words(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
    }
    return text.toString();
  }
}
