package io.millrace.torture;

import io.millrace.torture.Anomaly.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The start positions of the readers that asked for an event time. They are compared with the
 * stored events: a reader must start at the first event of a partition with this event time or a
 * later one. Thread-safe.
 */
final class StartsByTime {

  private record Start(String reader, long timeMicros, long offset) {}

  private final Anomalies anomalies;
  private final List<List<Start>> starts;

  StartsByTime(int partitions, Anomalies anomalies) {
    this.anomalies = anomalies;
    this.starts =
        IntStream.range(0, partitions).<List<Start>>mapToObj(p -> new ArrayList<>()).toList();
  }

  /**
   * A durable reader got its first event.
   *
   * @param timeMicros the event time that it asked for
   * @param eventTimeMicros the event time of the event
   */
  synchronized void started(
      String reader,
      int partition,
      long timeMicros,
      long offset,
      long event,
      long eventTimeMicros) {
    if (eventTimeMicros < timeMicros) {
      String what =
          reader + " asked for event time " + timeMicros + "; the event has " + eventTimeMicros;
      anomalies.add(new Anomaly(Kind.READER_WENT_BACK, partition, offset, event, what));
    }
    starts.get(partition).add(new Start(reader, timeMicros, offset));
  }

  /** Reports an event that is stored at the end. */
  synchronized void stored(int partition, long offset, long event, long eventTimeMicros) {
    for (Start start : starts.get(partition)) {
      if (offset < start.offset && eventTimeMicros >= start.timeMicros) {
        String what =
            start.reader
                + " asked for event time "
                + start.timeMicros
                + " and started at offset "
                + start.offset;
        anomalies.add(new Anomaly(Kind.READER_SKIPPED, partition, offset, event, what));
      }
    }
  }
}
