package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Ack;
import io.millrace.client.Receipt;
import io.millrace.torture.Anomaly.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Small histories of two partitions: some without anomaly, and one or more for each anomaly. */
class CheckerTest {

  private static final int SYNCED = 0;
  private static final int STORED = 1;
  private static final int UNWAITED = 2;

  private final History history = new History(List.of(Ack.SYNCED, Ack.STORED, Ack.NONE), 2);
  private final ReaderPositions durable = history.reader("durable", true);
  private final ReaderPositions latest = history.reader("latest", false);

  // Clean histories.

  @Test
  void nothingHappened() {
    assertThat(anomaliesAfter()).isEmpty();
  }

  @Test
  void allAcknowledgedEventsAreStored() {
    long first = acked(SYNCED, 0, 0);
    long second = acked(STORED, 0, 1);
    long other = acked(SYNCED, 1, 0);
    read(durable, 0, first);
    read(latest, 0, first);
    read(latest, 1, second);
    latest.read(1, 0, other, time(0), null);

    Checker checker = new Checker(history);
    checker.stored(0, 0, first, time(0), null);
    checker.stored(1, 0, other, time(0), null);
    checker.stored(0, 1, second, time(1), null);

    assertThat(checker.finish().counts()).isEmpty();
    assertThat(checker.storedCount()).isEqualTo(3);
    assertThat(history.ackedCount()).isEqualTo(3);
    assertThat(history.readCount()).isEqualTo(7);
  }

  @Test
  void anEventWithoutAcknowledgementMayBeStoredOrNot() {
    long there = sent(SYNCED);
    sent(SYNCED);
    long unwaited = sent(UNWAITED);
    sent(UNWAITED);
    assertThat(anomaliesAfter(there, unwaited)).isEmpty();
  }

  @Test
  void aReceiptWithoutAnOffsetAllowsAnyOffset() {
    long first = acked(SYNCED, 0, 0);
    long second = sent(SYNCED);
    history.sent(SYNCED, 0).acked(EventId.number(second), Receipt.UNKNOWN_OFFSET, 0);
    assertThat(anomaliesAfter(first, second)).isEmpty();
  }

  @Test
  void aNamedProducerMayContinueAfterEventsWithoutReceipts() {
    history.importReopened(SYNCED, 0, -1);
    long first = acked(SYNCED, 0, 0);
    long second = sent(SYNCED);
    history.importReopened(SYNCED, 0, EventId.number(first));
    history.importReopened(SYNCED, 0, EventId.number(second));
    assertThat(anomaliesAfter(first, second)).isEmpty();
  }

  @Test
  void lostWhenANamedProducerContinuesBeforeItsLastReceipt() {
    long first = acked(SYNCED, 0, 0);
    long second = acked(SYNCED, 0, 1);
    history.importReopened(SYNCED, 0, EventId.number(first));
    assertThat(anomaliesAfter(first, second)).containsExactly(Map.entry(Kind.LOST, 1L));
  }

  @Test
  void phantomWhenANamedProducerContinuesAfterWhatItNeverSent() {
    long first = acked(SYNCED, 0, 0);
    history.importReopened(SYNCED, 0, EventId.number(first) + 1);
    assertThat(anomaliesAfter(first)).containsExactly(Map.entry(Kind.PHANTOM, 1L));
  }

  @Test
  void aStartByTimeIsAtTheFirstEventOfThatTimeOrLater() {
    long[] events = {sent(SYNCED), sent(SYNCED), sent(SYNCED)};
    history.startsByTime().started("reader", 0, 50, 1, events[1], 60);
    for (int offset = 0; offset < events.length; offset++) {
      history.startsByTime().stored(0, offset, events[offset], List.of(49L, 60L, 50L).get(offset));
    }
    assertThat(anomaliesAfter(events)).isEmpty();
  }

  @Test
  void skippedWhenAStartByTimeMissesAnEarlierEventOfThatTimeOrLater() {
    long[] events = {sent(SYNCED), sent(SYNCED)};
    history.startsByTime().started("reader", 0, 50, 1, events[1], 60);
    history.startsByTime().stored(0, 0, events[0], 50);
    assertThat(anomaliesAfter(events)).containsOnly(Map.entry(Kind.READER_SKIPPED, 1L));
  }

  @Test
  void wentBackWhenAStartByTimeIsAtAnEarlierEventTime() {
    long[] events = {sent(SYNCED), sent(SYNCED)};
    history.startsByTime().started("reader", 0, 50, 0, events[0], 49);
    assertThat(anomaliesAfter(events)).containsOnly(Map.entry(Kind.READER_WENT_BACK, 1L));
  }

  @Test
  void readersMayStartInTheMiddleAndAtTheEnd() {
    long[] events = {sent(SYNCED), sent(SYNCED), sent(SYNCED), sent(SYNCED)};
    durable.startAt(0, 2);
    read(durable, 2, events[2]);
    read(durable, 3, events[3]);
    durable.startAt(0, 1);
    read(durable, 1, events[1]);
    latest.startAtOrAfter(0, 1);
    read(latest, 2, events[2]);
    read(latest, 3, events[3]);
    assertThat(anomaliesAfter(events)).isEmpty();
  }

  @Test
  void aPowerFailureMayRemoveStoredEventsAtTheEnd() {
    long kept = acked(SYNCED, 0, 0);
    long survivor = acked(STORED, 0, 1);
    long gone = acked(STORED, 0, 2);
    read(durable, 0, kept);
    read(latest, 0, kept);
    read(latest, 1, survivor);
    read(latest, 2, gone);
    powerFailureAfter(2);
    long next = acked(STORED, 0, 3);

    Checker checker = new Checker(history);
    checker.stored(0, 0, kept, time(0), null);
    checker.stored(0, 1, survivor, time(1), null);
    assertThat(checker.finish().counts()).containsOnly(Map.entry(Kind.LOST, 1L));
    assertThat(history.anomalies().first().get(0).event()).isEqualTo(next);
    assertThat(checker.lostWithPower()).isEqualTo(1);
    assertThat(history.seen(0).removed()).isEqualTo(1);
  }

  @Test
  void anOffsetThatAPowerFailureRemovedMayGetAnotherEvent() {
    long gone = acked(STORED, 0, 0);
    read(latest, 0, gone);
    powerFailureAfter(0);
    long next = sent(SYNCED);
    history.sent(SYNCED, 0).acked(EventId.number(next), 0, time(1));
    latest.startAt(0, 0);
    latest.read(0, 0, next, time(1), null);

    Checker checker = new Checker(history);
    checker.stored(0, 0, next, time(1), null);
    assertThat(checker.finish().counts()).isEmpty();
    assertThat(checker.lostWithPower()).isEqualTo(1);
  }

  // One anomaly each.

  @Test
  void lostWhenASyncedEventIsMissing() {
    long there = acked(SYNCED, 0, 0);
    acked(SYNCED, 0, 1);
    assertThat(anomaliesAfter(there)).containsOnly(Map.entry(Kind.LOST, 1L));
  }

  @Test
  void lostWhenAStoredEventIsMissingWithoutAPowerFailure() {
    acked(STORED, 0, 0);
    assertThat(anomaliesAfter()).containsOnly(Map.entry(Kind.LOST, 1L));
  }

  @Test
  void lostWhenAPowerFailureRemovedASyncedEvent() {
    acked(SYNCED, 0, 0);
    powerFailureAfter(0);
    assertThat(anomaliesAfter()).containsOnly(Map.entry(Kind.LOST, 1L));
  }

  @Test
  void lostWhenAStoredEventIsMissingAndThePowerFailureWasBeforeIt() {
    powerFailureAfter(0);
    acked(STORED, 0, 1);
    assertThat(anomaliesAfter()).containsOnly(Map.entry(Kind.LOST, 1L));
  }

  @Test
  void lostWhenAPowerFailureRemovedAnEventInTheMiddle() {
    acked(STORED, 0, 0);
    long after = acked(STORED, 0, 1);
    powerFailureAfter(1);
    long filler = sent(SYNCED);
    durable.read(0, 0, filler, time(2), null);

    Checker checker = new Checker(history);
    checker.stored(0, 0, filler, time(2), null);
    checker.stored(0, 1, after, time(1), null);
    assertThat(checker.finish().counts()).containsOnly(Map.entry(Kind.LOST, 1L));
    assertThat(history.anomalies().first().get(0).what()).contains("from the middle");
  }

  @Test
  void lostWhenAReaderOfLatestSawAnEventThatIsMissingWithoutAPowerFailure() {
    read(latest, 0, sent(UNWAITED));
    assertThat(anomaliesAfter()).containsOnly(Map.entry(Kind.LOST, 1L));
  }

  @Test
  void duplicateWhenAnEventIsAtTwoOffsets() {
    long event = sent(SYNCED);
    assertThat(anomaliesAfter(event, event)).containsOnly(Map.entry(Kind.DUPLICATE, 1L));
  }

  @Test
  void twoValuesWhenTwoReadersSeeDifferentEventsAtOneOffset() {
    long event = sent(SYNCED);
    long other = sent(STORED);
    read(durable, 0, event);
    read(latest, 0, other);
    assertThat(anomaliesAfter(event)).containsOnly(Map.entry(Kind.TWO_VALUES_AT_ONE_OFFSET, 1L));
  }

  @Test
  void twoValuesWhenAnOffsetChangesOverTime() {
    long event = sent(SYNCED);
    long other = sent(STORED);
    read(latest, 0, other);
    assertThat(anomaliesAfter(event)).containsOnly(Map.entry(Kind.TWO_VALUES_AT_ONE_OFFSET, 1L));
  }

  @Test
  void outOfOrderWhenAProducersEventsAreSwapped() {
    long first = sent(SYNCED);
    long second = sent(SYNCED);
    assertThat(anomaliesAfter(second, first)).containsOnly(Map.entry(Kind.OUT_OF_ORDER, 1L));
  }

  @Test
  void differentProducersHaveNoOrderBetweenThem() {
    long first = sent(SYNCED);
    long second = sent(STORED);
    assertThat(anomaliesAfter(second, first)).isEmpty();
  }

  @Test
  void skippedWhenAReaderDoesNotGetAnOffset() {
    long[] events = {sent(SYNCED), sent(SYNCED), sent(SYNCED)};
    read(durable, 0, events[0]);
    read(durable, 2, events[2]);
    assertThat(anomaliesAfter(events)).containsOnly(Map.entry(Kind.READER_SKIPPED, 1L));
  }

  @Test
  void skippedWhenTheFinalReadHasAGap() {
    long first = sent(SYNCED);
    Checker checker = new Checker(history);
    checker.stored(0, 1, first, time(1), null);
    assertThat(checker.finish().counts()).containsOnly(Map.entry(Kind.READER_SKIPPED, 1L));
  }

  @Test
  void wentBackWhenAReaderGetsAnOffsetTwice() {
    long event = sent(SYNCED);
    read(durable, 0, event);
    read(durable, 0, event);
    assertThat(anomaliesAfter(event)).containsOnly(Map.entry(Kind.READER_WENT_BACK, 1L));
  }

  @Test
  void wentBackWhenAReaderThatStartsAtTheEndGetsAnEarlierEvent() {
    long event = sent(SYNCED);
    latest.startAtOrAfter(0, 1);
    read(latest, 0, event);
    assertThat(anomaliesAfter(event)).containsOnly(Map.entry(Kind.READER_WENT_BACK, 1L));
  }

  @Test
  void differentWhenAReaderSeesAnotherField() {
    long event = sent(SYNCED);
    durable.read(0, 0, event, time(0), "source 'a', sent 'b'");
    assertThat(anomaliesAfter(event)).containsOnly(Map.entry(Kind.DIFFERENT, 1L));
  }

  @Test
  void differentWhenTheAppendTimeIsNotThatOfTheReceipt() {
    long event = sent(SYNCED);
    history.sent(SYNCED, 0).acked(EventId.number(event), 0, time(7));
    assertThat(anomaliesAfter(event)).containsOnly(Map.entry(Kind.DIFFERENT, 1L));
  }

  @Test
  void differentWhenTheAppendTimeChanges() {
    long event = sent(SYNCED);
    durable.read(0, 0, event, time(7), null);
    assertThat(anomaliesAfter(event)).containsOnly(Map.entry(Kind.DIFFERENT, 1L));
  }

  @Test
  void unstableWhenAPowerFailureRemovesAnEventThatADurableReaderSaw() {
    read(durable, 0, sent(STORED));
    powerFailureAfter(0);
    assertThat(anomaliesAfter()).containsOnly(Map.entry(Kind.UNSTABLE_DURABLE, 1L));
  }

  @Test
  void unstableWhenTheOffsetThatADurableReaderSawGetsAnotherEvent() {
    read(durable, 0, sent(UNWAITED));
    powerFailureAfter(0);
    long next = sent(SYNCED);
    Checker checker = new Checker(history);
    checker.stored(0, 0, next, time(1), null);
    assertThat(checker.finish().counts()).containsOnly(Map.entry(Kind.UNSTABLE_DURABLE, 1L));
  }

  @Test
  void unstableWhenADurableReaderIsTheLastToSeeARemovedEvent() {
    long gone = sent(UNWAITED);
    long next = sent(SYNCED);
    powerFailureAfter(0);
    latest.read(0, 0, next, time(1), null);
    read(durable, 0, gone);
    Checker checker = new Checker(history);
    checker.stored(0, 0, next, time(1), null);
    assertThat(checker.finish().counts()).containsOnly(Map.entry(Kind.UNSTABLE_DURABLE, 1L));
  }

  @Test
  void receiptMismatchWhenTheReceiptNamesAnotherOffset() {
    long first = acked(SYNCED, 0, 1);
    long second = sent(STORED);
    assertThat(anomaliesAfter(first, second)).containsOnly(Map.entry(Kind.RECEIPT_MISMATCH, 1L));
  }

  @Test
  void receiptMismatchWhenARefusedEventIsStored() {
    long event = sent(SYNCED);
    history.sent(SYNCED, 0).refused(EventId.number(event));
    assertThat(anomaliesAfter(event)).containsOnly(Map.entry(Kind.RECEIPT_MISMATCH, 1L));
  }

  @Test
  void phantomWhenAnEventIsReadThatWasNotSent() {
    latest.read(0, 0, EventId.of(SYNCED, 0, 0), time(0), null);
    durable.read(0, 0, EventId.NONE, time(0), null);
    durable.read(0, 1, EventId.of(99, 0, 0), time(0), null);
    assertThat(anomaliesAfter()).containsOnly(Map.entry(Kind.PHANTOM, 3L));
  }

  @Test
  void phantomWhenAnEventIsInAnotherPartitionThanItWasSentTo() {
    long event = sent(SYNCED);
    Checker checker = new Checker(history);
    checker.stored(1, 0, event, time(0), null);
    assertThat(checker.finish().counts()).containsOnly(Map.entry(Kind.PHANTOM, 1L));
  }

  @Test
  void theFirstTenAreListedAndAllAreCounted() {
    for (int i = 0; i < 1_000; i++) {
      acked(SYNCED, 0, i);
    }
    assertThat(anomaliesAfter()).containsOnly(Map.entry(Kind.LOST, 1_000L));
    assertThat(history.anomalies().first()).hasSize(10);
    assertThat(history.anomalies().first().get(3))
        .hasToString("LOST partition=0 offset=3 event=0/0#3: acknowledged as synced, but missing");
  }

  private long sent(int producer) {
    return history.sent(producer, 0).next();
  }

  private long acked(int producer, int partition, long offset) {
    long event = history.sent(producer, partition).next();
    history.sent(producer, partition).acked(EventId.number(event), offset, time(offset));
    return event;
  }

  private static void read(ReaderPositions reader, long offset, long event) {
    reader.read(0, offset, event, time(offset), null);
  }

  /** A power failure after the event at this offset was appended. */
  private void powerFailureAfter(long offset) {
    history.powerFailures().add(time(offset) + 1);
  }

  /** The append time of the event at an offset. */
  private static long time(long offset) {
    return 1_000_000 + offset * 10;
  }

  /** The anomalies if partition 0 has these events at the end, from offset 0. */
  private Map<Kind, Long> anomaliesAfter(long... events) {
    Checker checker = new Checker(history);
    for (int offset = 0; offset < events.length; offset++) {
      checker.stored(0, offset, events[offset], time(offset), null);
    }
    return checker.finish().counts();
  }
}
