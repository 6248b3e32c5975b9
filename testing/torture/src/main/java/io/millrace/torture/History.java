package io.millrace.torture;

import io.millrace.client.Ack;
import io.millrace.torture.Anomaly.Kind;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * What happened in a torture run: the events that were sent, the answers that their producers got,
 * the events that were read, and the power failures. Rules that can be checked at once need no
 * stored data. So an event takes about 33 bytes, independent of the number of readers. {@link
 * Checker} checks the other rules. The name is that of Jepsen. Thread-safe.
 */
final class History {

  private final List<Ack> acks;
  private final List<List<SentEvents>> sent;
  private final List<SeenOffsets> seen;
  private final PowerFailures powerFailures = new PowerFailures();
  private final Anomalies anomalies = new Anomalies();
  private final StartsByTime startsByTime;
  private final LongAdder reads = new LongAdder();

  /**
   * Creates an empty history.
   *
   * @param acks the acknowledgement levels of the producers, by number
   */
  History(List<Ack> acks, int partitions) {
    this.acks = List.copyOf(acks);
    this.sent =
        IntStream.range(0, acks.size())
            .mapToObj(producer -> streams(producer, acks.get(producer), partitions))
            .toList();
    this.seen =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new SeenOffsets(partition, powerFailures, anomalies))
            .toList();
    this.startsByTime = new StartsByTime(partitions, anomalies);
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

  /** The events that a producer sent to a partition. */
  SentEvents sent(int producer, int partition) {
    return sent.get(producer).get(partition);
  }

  /** The events that readers saw in a partition. */
  SeenOffsets seen(int partition) {
    return seen.get(partition);
  }

  /** The start positions of the readers that asked for an event time. */
  StartsByTime startsByTime() {
    return startsByTime;
  }

  PowerFailures powerFailures() {
    return powerFailures;
  }

  Anomalies anomalies() {
    return anomalies;
  }

  /**
   * Creates the positions of a reader. The reader starts at offset 0 of every partition, unless it
   * reports another start.
   */
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
   * Checks the sequence number after which a named producer with the acknowledgement level synced
   * continues. The caller has opened the producer again, and all receipts of its previous opening
   * have arrived.
   *
   * @param last the last sequence number of the broker; -1: none
   */
  void importReopened(int producer, int partition, long last) {
    SentEvents events = sent(producer, partition);
    long acked = events.newestAcked();
    if (last < acked) {
      String what =
          "acknowledged, but the broker tells its named producer to continue after number " + last;
      add(Kind.LOST, partition, events.offset(acked), EventId.of(producer, partition, acked), what);
    }
    if (last >= events.sent()) {
      String what = "the broker tells its named producer to continue after it, but it was not sent";
      add(Kind.PHANTOM, partition, -1, EventId.of(producer, partition, last), what);
    }
  }

  void add(Kind kind, int partition, long offset, long event, String what) {
    anomalies.add(new Anomaly(kind, partition, offset, event, what));
  }

  /** Records a failure of something that should have worked. */
  void unavailable(String what) {
    add(Kind.UNAVAILABLE, -1, -1, EventId.NONE, what);
  }

  /** The number of events that readers got; an event counts for each reader. */
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
