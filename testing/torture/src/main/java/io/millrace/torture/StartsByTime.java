package io.millrace.torture;

import io.millrace.torture.Anomaly.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where readers began that asked for an event time, to be compared with what is left: the first
 * event of a partition that is as late is where they had to begin. Thread-safe.
 */
final class StartsByTime {

  private record Join(String reader, long timeMicros, long offset) {}

  private final Anomalies anomalies;
  private final List<List<Join>> joins;

  StartsByTime(int partitions, Anomalies anomalies) {
    this.anomalies = anomalies;
    this.joins =
        IntStream.range(0, partitions).<List<Join>>mapToObj(p -> new ArrayList<>()).toList();
  }

  /**
   * A durable reader was given its first event.
   *
   * @param timeMicros the event time that it asked for
   * @param eventTimeMicros that of the event
   */
  synchronized void began(
      String reader,
      int partition,
      long timeMicros,
      long offset,
      long event,
      long eventTimeMicros) {
    if (eventTimeMicros < timeMicros) {
      String what = reader + " asked for event time " + timeMicros + "; it has " + eventTimeMicros;
      anomalies.add(new Anomaly(Kind.READER_WENT_BACK, partition, offset, event, what));
    }
    joins.get(partition).add(new Join(reader, timeMicros, offset));
  }

  /** This event is left. */
  synchronized void left(int partition, long offset, long event, long eventTimeMicros) {
    for (Join join : joins.get(partition)) {
      if (offset < join.offset && eventTimeMicros >= join.timeMicros) {
        String what =
            join.reader
                + " asked for event time "
                + join.timeMicros
                + " and began at "
                + join.offset;
        anomalies.add(new Anomaly(Kind.READER_SKIPPED, partition, offset, event, what));
      }
    }
  }
}
