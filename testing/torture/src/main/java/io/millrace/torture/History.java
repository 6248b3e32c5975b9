package io.millrace.torture;

import io.millrace.client.Ack;
import io.millrace.torture.Anomaly.Kind;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * What a torture saw: events sent and what their producers were told, events read, power cuts. What
 * can be judged at once is judged at once and not kept, so that an event costs about 33 bytes
 * however many readers see it; {@link Checker} judges the rest. Thread-safe.
 */
final class History {

  private final List<Ack> acks;
  private final List<List<SentEvents>> sent;
  private final List<SeenOffsets> seen;
  private final PowerFailures eras = new PowerFailures();
  private final Anomalies anomalies = new Anomalies();
  private final StartsByTime timeJoins;
  private final LongAdder reads = new LongAdder();

  /**
   * A history in which nothing has happened.
   *
   * @param acks of the producers, by number
   */
  History(List<Ack> acks, int partitions) {
    this.acks = List.copyOf(acks);
    this.sent =
        IntStream.range(0, acks.size())
            .mapToObj(producer -> streams(producer, acks.get(producer), partitions))
            .toList();
    this.seen =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new SeenOffsets(partition, eras, anomalies))
            .toList();
    this.timeJoins = new StartsByTime(partitions, anomalies);
  }

  private static List<SentEvents> streams(int producer, Ack ack, int partitions) {
    return IntStream.range(0, partitions)
        .mapToObj(partition -> new SentEvents(producer, partition, ack))
        .toList();
  }

  int producers() {
    return sent.size();
  }

  int partitions() {
    return seen.size();
  }

  Ack ack(int producer) {
    return acks.get(producer);
  }

  /** What a producer sent to a partition. */
  SentEvents sent(int producer, int partition) {
    return sent.get(producer).get(partition);
  }

  /** What readers saw in a partition. */
  SeenOffsets seen(int partition) {
    return seen.get(partition);
  }

  /** Where readers began that asked for an event time. */
  StartsByTime timeJoins() {
    return timeJoins;
  }

  PowerFailures eras() {
    return eras;
  }

  Anomalies anomalies() {
    return anomalies;
  }

  /** A reader that has not begun yet; without a word it begins at 0 everywhere. */
  ReaderPositions reader(String name, boolean durable) {
    return new ReaderPositions(this, name, durable);
  }

  void seen(int partition, long offset, long event, long appendTimeMicros, boolean durable) {
    reads.increment();
    seen.get(partition).seen(offset, event, appendTimeMicros, durable);
  }

  boolean wasSent(long event, int partition) {
    return event != EventId.NONE
        && EventId.partition(event) == partition
        && EventId.producer(event) < producers()
        && EventId.number(event) < sent(EventId.producer(event), partition).sent();
  }

  /**
   * A named producer, which waits for synced, was opened and told after which number to go on; all
   * receipts of the opening before have come.
   *
   * @param last -1: the broker has nothing
   */
  void goesOnAfter(int producer, int partition, long last) {
    SentEvents events = sent(producer, partition);
    long acked = events.newestAcked();
    if (last < acked) {
      String what = "acknowledged, but its named producer is told to go on after number " + last;
      add(Kind.LOST, partition, events.offset(acked), EventId.of(producer, partition, acked), what);
    }
    if (last >= events.sent()) {
      String what = "its named producer is told to go on after it; nobody sent it";
      add(Kind.PHANTOM, partition, -1, EventId.of(producer, partition, last), what);
    }
  }

  void add(Kind kind, int partition, long offset, long event, String what) {
    anomalies.add(new Anomaly(kind, partition, offset, event, what));
  }

  /** Something failed that should have worked. */
  void unavailable(String what) {
    add(Kind.UNAVAILABLE, -1, -1, EventId.NONE, what);
  }

  /** Events given to readers, each as often as it was given. */
  long readCount() {
    return reads.sum();
  }

  long sentCount() {
    return sent.stream().flatMap(List::stream).mapToLong(SentEvents::sent).sum();
  }

  long ackedCount() {
    return sent.stream().flatMap(List::stream).mapToLong(SentEvents::ackedCount).sum();
  }

  long ackedCount(Ack ack) {
    return sent.stream()
        .flatMap(List::stream)
        .filter(events -> events.ack() == ack)
        .mapToLong(SentEvents::ackedCount)
        .sum();
  }
}
