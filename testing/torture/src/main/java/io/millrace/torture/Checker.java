package io.millrace.torture;

import io.millrace.client.Ack;
import io.millrace.client.Receipt;
import io.millrace.torture.Anomaly.Kind;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Judges a history by what is stored in the end: is told every event that is left, partition by
 * partition and in order of offset, and then finds what contradicts it. For one thread.
 *
 * <p>What must hold: an event that was acknowledged as synced is there; one that was acknowledged
 * as stored is there unless a power cut came after, and a power cut takes the end of a partition,
 * never its middle. Whatever is there stands there once, in its producer's order, where and when
 * its receipt says, and is what all readers saw.
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
    this.last = history.reader("the last reading", true);
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
   * This event is left; see {@link ReaderPositions#read}.
   *
   * @param difference how it differs from what was sent; null if it does not
   */
  void left(int partition, long offset, long event, long appendTimeMicros, String difference) {
    last.read(partition, offset, event, appendTimeMicros, difference);
    ends[partition] = Math.max(ends[partition], offset + 1);
    if (!history.wasSent(event, partition)) {
      return;
    }
    survivors[partition].set(history.eras().of(appendTimeMicros), offset);
    if (isSecondSight(partition, offset, event)) {
      return;
    }
    compareReceipt(partition, offset, event, appendTimeMicros);
  }

  private boolean isSecondSight(int partition, long offset, long event) {
    int producer = EventId.producer(event);
    long number = EventId.number(event);
    BitSet numbers = found[producer][partition];
    if (numbers.get((int) number)) {
      long told = history.sent(producer, partition).offset(number);
      String receipt = told >= 0 ? "; its receipt says " + told : "";
      history.add(
          Kind.DUPLICATE, partition, offset, event, "stands at an earlier offset too" + receipt);
      return true;
    }
    numbers.set((int) number);
    if (number < newest[producer][partition]) {
      String what = "stands after number " + newest[producer][partition] + " of the same producer";
      history.add(Kind.OUT_OF_ORDER, partition, offset, event, what);
    }
    newest[producer][partition] = Math.max(newest[producer][partition], number);
    return false;
  }

  private void compareReceipt(int partition, long offset, long event, long appendTimeMicros) {
    SentEvents sent = history.sent(EventId.producer(event), partition);
    long number = EventId.number(event);
    long told = sent.offset(number);
    if (told == SentEvents.REFUSED) {
      String what = "stored, though its producer was told that it is not";
      history.add(Kind.RECEIPT_MISMATCH, partition, offset, event, what);
    } else if (told >= 0 && told != offset) {
      String what = "its receipt says offset " + told;
      history.add(Kind.RECEIPT_MISMATCH, partition, offset, event, what);
    } else if (told >= 0 && sent.appendTimeMicros(number) != appendTimeMicros) {
      String what =
          "append time " + appendTimeMicros + "; its receipt says " + sent.appendTimeMicros(number);
      history.add(Kind.DIFFERENT, partition, offset, event, what);
    }
  }

  /** Nothing more is left: looks for what is missing. */
  Anomalies finish() {
    for (int partition = 0; partition < history.partitions(); partition++) {
      history.seen(partition).endsAt(ends[partition]);
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
    long told = sent.offset(number);
    int era = history.eras().of(sent.appendTimeMicros(number));
    boolean powerWasCut = era < history.eras().current();
    if (sent.ack() == Ack.SYNCED || !powerWasCut) {
      String what = "acknowledged as " + name(sent.ack()) + ", and not there";
      history.add(Kind.LOST, partition, told, event, what);
    } else if (told != Receipt.UNKNOWN_OFFSET && told < survivors[partition].get(era)) {
      String what =
          "lost with power from the middle: offset "
              + survivors[partition].get(era)
              + ", stored after it, is there";
      history.add(Kind.LOST, partition, told, event, what);
    } else {
      lostWithPower++;
    }
  }

  /** Events acknowledged as stored that a power cut took, as it may. */
  long lostWithPower() {
    return lostWithPower;
  }

  /** Events that are left, over all partitions. */
  long leftCount() {
    return Arrays.stream(ends).sum();
  }

  private static String name(Ack ack) {
    return ack == Ack.SYNCED ? "synced" : "stored";
  }
}
