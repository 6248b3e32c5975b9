package io.millrace.torture;

import io.millrace.torture.Anomaly.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Compares what the members of a group have written with the receipts of the events, and with the
 * committed positions that were seen meanwhile. {@link Anomaly.Kind} lists what it finds. One
 * thread.
 */
final class GroupChecker {

  private static final long NEVER = Long.MAX_VALUE;

  private final List<List<String>> acked;
  private final List<PositionSample> samples;
  private final Anomalies anomalies;
  private final List<List<OwnershipSpell>> spells = new ArrayList<>();

  /** For each partition and offset: when the event was first processed. */
  private final List<long[]> firstProcessed = new ArrayList<>();

  private long processed;
  private long distinct;
  private int overlaps;

  /**
   * @param acked the values of the events of each partition, by offset; all events of the topic
   * @param samples in the order in which they were taken
   */
  GroupChecker(List<List<String>> acked, List<PositionSample> samples, Anomalies anomalies) {
    this.acked = acked;
    this.samples = samples;
    this.anomalies = anomalies;
    for (List<String> events : acked) {
      long[] first = new long[events.size()];
      Arrays.fill(first, NEVER);
      firstProcessed.add(first);
      spells.add(new ArrayList<>());
    }
  }

  /** Checks everything. */
  void check(List<MemberHistory> members) {
    for (MemberHistory member : members) {
      List<MemberRecord.Processed> orphans = new ArrayList<>();
      OwnershipSpell.of(member, orphans).forEach(each -> spells.get(each.partition()).add(each));
      for (MemberRecord.Processed event : orphans) {
        String what =
            "member " + member.number() + " was handed it, but does not own the partition";
        add(Kind.TWO_OWNERS, event.partition(), event.offset(), what);
      }
      for (MemberRecord each : member.records()) {
        if (each instanceof MemberRecord.Processed event) {
          processed(member, event);
        } else if (each instanceof MemberRecord.Failed failed) {
          add(Kind.UNAVAILABLE, -1, -1, "member " + member.number() + " failed: " + failed.why());
        }
      }
    }
    for (int partition = 0; partition < acked.size(); partition++) {
      check(partition);
    }
  }

  private void processed(MemberHistory member, MemberRecord.Processed event) {
    processed++;
    List<String> events = acked.get(event.partition());
    int offset = (int) event.offset();
    if (offset >= events.size() || !event.value().equals(events.get(offset))) {
      String what = "member " + member.number() + " got " + event.value();
      add(Kind.PHANTOM, event.partition(), event.offset(), what);
      return;
    }
    long[] first = firstProcessed.get(event.partition());
    distinct += first[offset] == NEVER ? 1 : 0;
    first[offset] = Math.min(first[offset], event.nanos());
  }

  private void check(int partition) {
    List<OwnershipSpell> all = spells.get(partition);
    all.sort(Comparator.comparingLong(OwnershipSpell::startNanos));
    // processedTo[i]: when the last of the events below offset i was first processed.
    long[] first = firstProcessed.get(partition);
    long[] processedTo = new long[first.length + 1];
    processedTo[0] = Long.MIN_VALUE;
    for (int i = 0; i < first.length; i++) {
      processedTo[i + 1] = Math.max(processedTo[i], first[i]);
      if (first[i] == NEVER) {
        add(
            Kind.NOT_PROCESSED,
            partition,
            i,
            "nobody has processed " + acked.get(partition).get(i));
      }
    }
    checkPositions(partition, processedTo);
    for (int i = 0; i < all.size(); i++) {
      checkOrder(all.get(i));
      checkStart(all.get(i), processedTo);
      for (OwnershipSpell later : all.subList(i + 1, all.size())) {
        checkOverlap(all.get(i), later);
      }
    }
  }

  private void checkPositions(int partition, long[] processedTo) {
    long newest = 0;
    for (PositionSample sample : samples) {
      long position = sample.positions()[partition];
      if (position < newest) {
        add(Kind.POSITION_WENT_BACK, partition, position, "it was " + newest + " before");
      }
      newest = Math.max(newest, position);
      if (position >= processedTo.length || processedTo[(int) position] > sample.answeredNanos()) {
        add(Kind.POSITION_SKIPPED, partition, position, "an event below it was not processed yet");
      }
    }
  }

  /** The events of a spell have consecutive offsets. Handlers may begin in another order. */
  private void checkOrder(OwnershipSpell spell) {
    long[] offsets = spell.processed().stream().mapToLong(MemberRecord.Processed::offset).toArray();
    boolean mayMiss = spell.threads() > 0 && spell.end() != OwnershipSpell.End.GIVEN_UP;
    if (spell.threads() > 0) {
      Arrays.sort(offsets);
    }
    for (int i = 1; i < offsets.length; i++) {
      long step = offsets[i] - offsets[i - 1];
      if (step < 1 || step > 1 && !mayMiss) {
        String what = spell + " got " + offsets[i] + " after " + offsets[i - 1];
        add(Kind.MEMBER_SKIPPED, spell.partition(), offsets[i], what);
      }
    }
  }

  /** The first event is the one at the position of the group. */
  private void checkStart(OwnershipSpell spell, long[] processedTo) {
    if (spell.processed().isEmpty()) {
      return;
    }
    MemberRecord.Processed first =
        spell.processed().stream()
            .min(Comparator.comparingLong(MemberRecord.Processed::offset))
            .orElseThrow();
    boolean isFirst = spell.threads() == 0 || spell.end() == OwnershipSpell.End.GIVEN_UP;
    if (isFirst
        && first.offset() < processedTo.length
        && processedTo[(int) first.offset()] > first.nanos()) {
      String what = spell + " began here, but an event below was not processed by then";
      add(Kind.MEMBER_SKIPPED, spell.partition(), first.offset(), what);
    }
    long committed =
        samples.stream()
            .filter(sample -> sample.answeredNanos() < spell.startNanos())
            .mapToLong(sample -> sample.positions()[spell.partition()])
            .max()
            .orElse(0);
    if (first.offset() < committed) {
      String what = spell + " was handed it, but " + committed + " was committed before";
      add(Kind.MEMBER_REPEATED, spell.partition(), first.offset(), what);
    }
  }

  /**
   * A member whose session has ended may not know it. But after another member has got the
   * partition, it is handed nothing more: its client counts the session by its own clock. A handler
   * that was about to be called when the process was suspended still runs.
   */
  private void checkOverlap(OwnershipSpell spell, OwnershipSpell later) {
    if (spell.endNanos() <= later.startNanos()) {
      return;
    }
    overlaps++;
    long count =
        spell.processed().stream().filter(event -> event.askedNanos() > later.startNanos()).count();
    if (count > spell.threads()) {
      String what =
          String.format(
              Locale.ROOT,
              "%s was handed %d events after %s had got the partition",
              spell,
              count,
              later);
      add(Kind.TWO_OWNERS, spell.partition(), -1, what);
    }
    if (spell.idOwnsMoreLater()) {
      String what = spell + " stayed a member, but " + later + " got its partition meanwhile";
      add(Kind.TWO_OWNERS, spell.partition(), -1, what);
    }
  }

  private void add(Kind kind, int partition, long offset, String what) {
    anomalies.add(new Anomaly(kind, partition, offset, EventId.NONE, what));
  }

  /** The number of events that members have processed; an event counts each time. */
  long processed() {
    return processed;
  }

  /** The number of events that were processed at least once. */
  long distinct() {
    return distinct;
  }

  /** How often a partition had a new owner before its old one knew. */
  int overlaps() {
    return overlaps;
  }

  /** How often a member got a partition. */
  int assignments() {
    return spells.stream().mapToInt(List::size).sum();
  }
}
