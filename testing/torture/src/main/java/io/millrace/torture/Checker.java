package io.millrace.torture;

import io.millrace.client.Ack;
import io.millrace.client.Receipt;
import io.millrace.torture.Anomaly.Kind;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Checks a history against the events that are stored at the end. The caller first reports every
 * stored event, partition by partition and in the order of offsets; then {@link #finish} looks for
 * missing events. Used by one thread.
 *
 * <p>These rules must hold: An event that was acknowledged as synced is stored. An event that was
 * acknowledged as stored is stored too, unless a power failure followed. A power failure removes
 * events at the end of a partition, never in the middle. Each stored event is at one offset, in the
 * order of its producer, with the offset and the append time of its receipt, and equal to what all
 * readers saw.
 */
final class Checker {

  private final History history;
  private final ReaderPositions last;
  private final BitSet[][] found;
  private final long[][] newest;
  private final long[] ends;
  private final GrowableLongArray[] survivors;
  private long lostWithPower;

  Checker(History history) {
    this.history = history;
    this.last = history.reader("the final read", true);
    this.found = new BitSet[history.producers()][history.partitions()];
    this.newest = new long[history.producers()][history.partitions()];
    for (int producer = 0; producer < history.producers(); producer++) {
      Arrays.setAll(found[producer], partition -> new BitSet());
      Arrays.fill(newest[producer], -1);
    }
    this.ends = new long[history.partitions()];
    this.survivors = new GrowableLongArray[history.partitions()];
    Arrays.setAll(survivors, partition -> new GrowableLongArray(-1));
  }

  /**
   * Reports an event that is stored at the end; see {@link ReaderPositions#read}.
   *
   * @param difference how the event differs from what was sent; null if it does not
   */
  void stored(int partition, long offset, long event, long appendTimeMicros, String difference) {
    last.read(partition, offset, event, appendTimeMicros, difference);
    ends[partition] = Math.max(ends[partition], offset + 1);
    if (!history.wasSent(event, partition)) {
      return;
    }
    survivors[partition].set(history.powerFailures().periodOf(appendTimeMicros), offset);
    if (isDuplicate(partition, offset, event)) {
      return;
    }
    compareReceipt(partition, offset, event, appendTimeMicros);
  }

  private boolean isDuplicate(int partition, long offset, long event) {
    int producer = EventId.producer(event);
    long number = EventId.number(event);
    BitSet numbers = found[producer][partition];
    if (numbers.get((int) number)) {
      long receiptOffset = history.sent(producer, partition).offset(number);
      String receipt = receiptOffset >= 0 ? "; its receipt says " + receiptOffset : "";
      history.add(
          Kind.DUPLICATE, partition, offset, event, "is also at an earlier offset" + receipt);
      return true;
    }
    numbers.set((int) number);
    if (number < newest[producer][partition]) {
      String what = "is after number " + newest[producer][partition] + " of the same producer";
      history.add(Kind.OUT_OF_ORDER, partition, offset, event, what);
    }
    newest[producer][partition] = Math.max(newest[producer][partition], number);
    return false;
  }

  private void compareReceipt(int partition, long offset, long event, long appendTimeMicros) {
    SentEvents sent = history.sent(EventId.producer(event), partition);
    long number = EventId.number(event);
    long receiptOffset = sent.offset(number);
    if (receiptOffset == SentEvents.REFUSED) {
      String what = "stored, although its producer got a failure that says that it is not";
      history.add(Kind.RECEIPT_MISMATCH, partition, offset, event, what);
    } else if (receiptOffset >= 0 && receiptOffset != offset) {
      String what = "its receipt says offset " + receiptOffset;
      history.add(Kind.RECEIPT_MISMATCH, partition, offset, event, what);
    } else if (receiptOffset >= 0 && sent.appendTimeMicros(number) != appendTimeMicros) {
      String what =
          "append time " + appendTimeMicros + "; its receipt says " + sent.appendTimeMicros(number);
      history.add(Kind.DIFFERENT, partition, offset, event, what);
    }
  }

  /** Looks for missing events, after all stored events were reported. */
  Anomalies finish() {
    for (int partition = 0; partition < history.partitions(); partition++) {
      history.seen(partition).finish(ends[partition]);
      for (int producer = 0; producer < history.producers(); producer++) {
        lookForLost(producer, partition);
      }
    }
    return history.anomalies();
  }

  private void lookForLost(int producer, int partition) {
    SentEvents sent = history.sent(producer, partition);
    BitSet numbers = found[producer][partition];
    long count = sent.sent();
    for (int number = numbers.nextClearBit(0);
        number < count;
        number = numbers.nextClearBit(number + 1)) {
      if (sent.isAcked(number)) {
        missing(sent, partition, number, EventId.of(producer, partition, number));
      }
    }
  }

  private void missing(SentEvents sent, int partition, long number, long event) {
    long receiptOffset = sent.offset(number);
    int period = history.powerFailures().periodOf(sent.appendTimeMicros(number));
    boolean powerWasCut = period < history.powerFailures().currentPeriod();
    if (sent.ack() == Ack.SYNCED || !powerWasCut) {
      String what = "acknowledged as " + name(sent.ack()) + ", but missing";
      history.add(Kind.LOST, partition, receiptOffset, event, what);
    } else if (receiptOffset != Receipt.UNKNOWN_OFFSET
        && receiptOffset < survivors[partition].get(period)) {
      String what =
          "lost in a power failure from the middle of the partition: offset "
              + survivors[partition].get(period)
              + ", which was stored after it, still exists";
      history.add(Kind.LOST, partition, receiptOffset, event, what);
    } else {
      lostWithPower++;
    }
  }

  /**
   * The number of events with the ack level stored that a power failure removed. This is allowed.
   */
  long lostWithPower() {
    return lostWithPower;
  }

  /** The number of events that are stored, over all partitions. */
  long storedCount() {
    return Arrays.stream(ends).sum();
  }

  private static String name(Ack ack) {
    return ack == Ack.SYNCED ? "synced" : "stored";
  }
}
