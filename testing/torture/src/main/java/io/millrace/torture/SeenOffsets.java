package io.millrace.torture;

import io.millrace.torture.Anomaly.Kind;

/**
 * The event and append time that readers saw at each offset of one partition, and whether a durable
 * reader was among them. Each read is compared with what is known of its offset. Thread-safe.
 *
 * <p>Within one period of {@link PowerFailures}, an offset has one event. A power failure can
 * remove events that no durable reader saw; then the offset gets another event in a later period.
 */
final class SeenOffsets {

  private static final long DURABLE = 1L << 62;

  private final int partition;
  private final PowerFailures powerFailures;
  private final Anomalies anomalies;
  private final GrowableLongArray events = new GrowableLongArray(EventId.NONE);
  private final GrowableLongArray appendTimes = new GrowableLongArray(0);
  private long removed;

  SeenOffsets(int partition, PowerFailures powerFailures, Anomalies anomalies) {
    this.partition = partition;
    this.powerFailures = powerFailures;
    this.anomalies = anomalies;
  }

  /** A reader got this event at this offset. */
  synchronized void seen(long offset, long event, long appendTimeMicros, boolean durable) {
    long known = events.get(offset);
    if (known == EventId.NONE) {
      put(offset, event, appendTimeMicros, durable);
    } else if (appendTimes.get(offset) != appendTimeMicros || event(known) != event) {
      checkDifferent(offset, event, appendTimeMicros, durable);
    } else if (durable) {
      events.set(offset, known | DURABLE);
    }
  }

  private void checkDifferent(long offset, long event, long appendTimeMicros, boolean durable) {
    long known = events.get(offset);
    int knownPeriod = powerFailures.periodOf(appendTimes.get(offset));
    int period = powerFailures.periodOf(appendTimeMicros);
    if (period == knownPeriod) {
      samePeriod(offset, event, appendTimeMicros);
    } else if (period > knownPeriod) {
      removed(offset, known, isDurable(known));
      put(offset, event, appendTimeMicros, durable);
    } else {
      removed(offset, event, durable);
    }
  }

  private void samePeriod(long offset, long event, long appendTimeMicros) {
    long known = event(events.get(offset));
    if (known == event) {
      add(
          Kind.DIFFERENT,
          offset,
          event,
          "read with append time " + appendTimes.get(offset) + " and with " + appendTimeMicros);
    } else {
      add(
          Kind.TWO_VALUES_AT_ONE_OFFSET,
          offset,
          event,
          EventId.text(known) + " was read there too, with no power failure in between");
    }
  }

  private void removed(long offset, long event, boolean durable) {
    removed++;
    if (durable) {
      add(
          Kind.UNSTABLE_DURABLE,
          offset,
          event(event),
          "a durable reader saw it; after a power failure, another event is at its offset");
    }
  }

  /**
   * All stored events were read once more. Checks the offsets from {@code end} on, which have
   * disappeared.
   *
   * @param end one past the last stored offset
   */
  synchronized void finish(long end) {
    for (long offset = end; offset < events.size(); offset++) {
      long known = events.get(offset);
      if (known != EventId.NONE) {
        checkDisappeared(offset, known, end);
      }
    }
  }

  private void checkDisappeared(long offset, long known, long end) {
    if (isDurable(known)) {
      String what = "a durable reader saw it, but the partition now ends at " + end;
      add(Kind.UNSTABLE_DURABLE, offset, event(known), what);
    } else if (powerFailures.periodOf(appendTimes.get(offset)) == powerFailures.currentPeriod()) {
      String what =
          "a reader saw it, and no power failure followed, but the partition now ends at " + end;
      add(Kind.LOST, offset, event(known), what);
    } else {
      removed++;
    }
  }

  /**
   * The number of events that a reader with isolation latest saw, and that a power failure then
   * removed.
   */
  synchronized long removed() {
    return removed;
  }

  private void put(long offset, long event, long appendTimeMicros, boolean durable) {
    events.set(offset, durable ? event | DURABLE : event);
    appendTimes.set(offset, appendTimeMicros);
  }

  private void add(Kind kind, long offset, long event, String what) {
    anomalies.add(new Anomaly(kind, partition, offset, event, what));
  }

  private static boolean isDurable(long known) {
    return (known & DURABLE) != 0;
  }

  private static long event(long known) {
    return known & ~DURABLE;
  }
}
