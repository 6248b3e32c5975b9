package io.millrace.torture;

import io.millrace.torture.Anomaly.Kind;

/**
 * What readers saw at each offset of one partition: the event and its append time, and whether a
 * durable reader was among those who saw it. Every sight is compared with what is known of its
 * offset. Thread-safe.
 *
 * <p>Within one era, which is the time between two power cuts, an offset has one event. A power cut
 * may take back what no durable reader saw; then the offset gets another event of a later era.
 */
final class SeenOffsets {

  private static final long DURABLE = 1L << 62;

  private final int partition;
  private final PowerFailures eras;
  private final Anomalies anomalies;
  private final GrowableLongArray events = new GrowableLongArray(EventId.NONE);
  private final GrowableLongArray appendTimes = new GrowableLongArray(0);
  private long takenBack;

  SeenOffsets(int partition, PowerFailures eras, Anomalies anomalies) {
    this.partition = partition;
    this.eras = eras;
    this.anomalies = anomalies;
  }

  /** A reader was given this event at this offset. */
  synchronized void seen(long offset, long event, long appendTimeMicros, boolean durable) {
    long known = events.get(offset);
    if (known == EventId.NONE) {
      put(offset, event, appendTimeMicros, durable);
    } else if (appendTimes.get(offset) != appendTimeMicros || event(known) != event) {
      differs(offset, event, appendTimeMicros, durable);
    } else if (durable) {
      events.set(offset, known | DURABLE);
    }
  }

  private void differs(long offset, long event, long appendTimeMicros, boolean durable) {
    long known = events.get(offset);
    int knownEra = eras.of(appendTimes.get(offset));
    int era = eras.of(appendTimeMicros);
    if (era == knownEra) {
      sameEra(offset, event, appendTimeMicros);
    } else if (era > knownEra) {
      takenBack(offset, known, isDurable(known));
      put(offset, event, appendTimeMicros, durable);
    } else {
      takenBack(offset, event, durable);
    }
  }

  private void sameEra(long offset, long event, long appendTimeMicros) {
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
          "and " + EventId.text(known) + " was read there, with no power cut in between");
    }
  }

  private void takenBack(long offset, long event, boolean durable) {
    takenBack++;
    if (durable) {
      add(
          Kind.UNSTABLE_DURABLE,
          offset,
          event(event),
          "a durable reader saw it; after a power cut another event stands there");
    }
  }

  /**
   * Everything that is left was read once more.
   *
   * @param end one past the last offset that is left
   */
  synchronized void endsAt(long end) {
    for (long offset = end; offset < events.size(); offset++) {
      long known = events.get(offset);
      if (known != EventId.NONE) {
        gone(offset, known, end);
      }
    }
  }

  private void gone(long offset, long known, long end) {
    if (isDurable(known)) {
      String what = "a durable reader saw it; in the end the partition ended at " + end;
      add(Kind.UNSTABLE_DURABLE, offset, event(known), what);
    } else if (eras.of(appendTimes.get(offset)) == eras.current()) {
      String what = "a reader saw it; with no power cut since, the partition ended at " + end;
      add(Kind.LOST, offset, event(known), what);
    } else {
      takenBack++;
    }
  }

  /** How many events a reader of latest isolation saw that a power cut then took back. */
  synchronized long takenBack() {
    return takenBack;
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
