package io.millrace.core;

import java.nio.ByteBuffer;

/**
 * What is known of the events of one source. Except for the numbers, the result does not depend on
 * the order in which the events are added, apart from rounding. One thread at a time.
 *
 * <p>The rate and the mean skew weigh an event with {@code exp(-age / 60 s)}, by its append time.
 */
final class SourceTally {

  /** Bytes that {@link #write} writes, without the numbers. */
  static final int STATE_BYTES = 8 * Long.BYTES + 1;

  private static final double TIME_CONSTANT_MICROS = 60_000_000;
  private static final long MIN_AGE_MICROS = 1_000_000;

  private long count;
  private long firstMicros = Long.MAX_VALUE;
  private long lastMicros = Long.MIN_VALUE;
  private long firstAppendMicros = Long.MAX_VALUE;
  private long lastAppendMicros = Long.MIN_VALUE;
  private long maxSkewMicros = Long.MIN_VALUE;

  /** The sum of the weights of all events at the last append time. */
  private double weight;

  /** The sum of the skews, each multiplied with its weight. */
  private double weightedSkew;

  /** Null if no event has a number. */
  private SourceNumbers numbers;

  SourceTally copy() {
    SourceTally copy = new SourceTally();
    copy.count = count;
    copy.firstMicros = firstMicros;
    copy.lastMicros = lastMicros;
    copy.firstAppendMicros = firstAppendMicros;
    copy.lastAppendMicros = lastAppendMicros;
    copy.maxSkewMicros = maxSkewMicros;
    copy.weight = weight;
    copy.weightedSkew = weightedSkew;
    copy.numbers = numbers == null ? null : numbers.copy();
    return copy;
  }

  /** Adds an event. */
  void add(long eventMicros, long appendMicros) {
    double share = 1;
    if (appendMicros < lastAppendMicros) {
      share = weightAfter(lastAppendMicros - appendMicros);
    } else if (appendMicros > lastAppendMicros) {
      double aged = count == 0 ? 1 : weightAfter(appendMicros - lastAppendMicros);
      weight *= aged;
      weightedSkew *= aged;
      lastAppendMicros = appendMicros;
    }
    count++;
    weight += share;
    weightedSkew += share * ((double) appendMicros - eventMicros);
    maxSkewMicros = Math.max(maxSkewMicros, skew(eventMicros, appendMicros));
    firstAppendMicros = Math.min(firstAppendMicros, appendMicros);
    firstMicros = Math.min(firstMicros, eventMicros);
    lastMicros = Math.max(lastMicros, eventMicros);
  }

  /** An event time may be any number. */
  private static long skew(long eventMicros, long appendMicros) {
    long skew = appendMicros - eventMicros;
    boolean overflow = ((appendMicros ^ eventMicros) & (appendMicros ^ skew)) < 0;
    return overflow ? (eventMicros < 0 ? Long.MAX_VALUE : Long.MIN_VALUE) : skew;
  }

  private static double weightAfter(long micros) {
    return Math.exp(-micros / TIME_CONSTANT_MICROS);
  }

  /** Whether an event of the source has had a number. */
  boolean hasNumbers() {
    return numbers != null;
  }

  /** Adds the number of an event that {@link #add(long, long)} has added. */
  void addNumber(int partition, long number) {
    if (numbers == null) {
      numbers = new SourceNumbers(partition, number);
    } else {
      numbers.add(partition, number);
    }
  }

  long count() {
    return count;
  }

  /**
   * @param nowMicros the time to which the rate belongs
   */
  SourceSummary summary(String source, long nowMicros) {
    return new SourceSummary(
        source,
        count,
        firstMicros,
        lastMicros,
        lastAppendMicros,
        eventsPerSecond(nowMicros),
        Math.round(weightedSkew / weight),
        maxSkewMicros,
        numbers == null ? -1 : numbers.largest(),
        numbers == null ? 0 : numbers.missing(),
        numbers == null ? 0 : numbers.repeated());
  }

  /**
   * The sum of the weights, divided by what a source with one event per second has since its first
   * event. So a steady source has its rate from the beginning.
   */
  private double eventsPerSecond(long nowMicros) {
    long silent = Math.max(0, nowMicros - lastAppendMicros);
    long age = Math.max(MIN_AGE_MICROS, lastAppendMicros - firstAppendMicros + silent);
    double ofOnePerSecond = TIME_CONSTANT_MICROS / 1e6 * -Math.expm1(-age / TIME_CONSTANT_MICROS);
    return weight * weightAfter(silent) / ofOnePerSecond;
  }

  /** Bytes that {@link #write} writes. */
  int stateBytes() {
    return STATE_BYTES + (numbers == null ? 0 : SourceNumbers.STATE_BYTES);
  }

  void write(ByteBuffer out) {
    out.putLong(count)
        .putLong(firstMicros)
        .putLong(lastMicros)
        .putLong(firstAppendMicros)
        .putLong(lastAppendMicros)
        .putLong(maxSkewMicros)
        .putDouble(weight)
        .putDouble(weightedSkew)
        .put((byte) (numbers == null ? 0 : 1));
    if (numbers != null) {
      numbers.write(out);
    }
  }

  static SourceTally read(ByteBuffer in) {
    SourceTally tally = new SourceTally();
    tally.count = in.getLong();
    tally.firstMicros = in.getLong();
    tally.lastMicros = in.getLong();
    tally.firstAppendMicros = in.getLong();
    tally.lastAppendMicros = in.getLong();
    tally.maxSkewMicros = in.getLong();
    tally.weight = in.getDouble();
    tally.weightedSkew = in.getDouble();
    if (in.get() != 0) {
      tally.numbers = SourceNumbers.read(in);
    }
    return tally;
  }
}
