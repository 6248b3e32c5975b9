package io.millrace.group;

import io.millrace.group.queue.QueueCandidate;
import io.millrace.group.queue.QueueOrder;
import io.millrace.group.queue.QueueOutcome;
import io.millrace.group.queue.QueueRules;
import io.millrace.group.queue.QueueWish;
import io.millrace.group.queue.TakenEvent;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Prints what decisions on queues cost in CPU time of one thread. Run its main method. */
final class QueueSpeed {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final UUID TOPIC = new UUID(1, 1);
  private static final PartitionId PARTITION = new PartitionId(TOPIC, 0);
  private static final ConsumerSession SESSION = new ConsumerSession(new UUID(2, 2), 1);
  private static final int WINDOW = GroupLimits.QUEUE_EVENTS;

  private final GroupMachine machine = new GroupMachine(GroupLimits.DEFAULT);
  private final QueueOrder ordering;
  private long now = 1_000_000_000;
  private long fed;
  private long records;

  private QueueSpeed(QueueOrder ordering) {
    this.ordering = ordering;
  }

  public static void main(String[] args) {
    for (QueueOrder ordering : QueueOrder.values()) {
      for (int batch : new int[] {1, 500}) {
        new QueueSpeed(ordering).inOrder(batch);
      }
    }
    new QueueSpeed(QueueOrder.NONE).fragmented();
  }

  private Reply send(Command command) {
    Decision decision = machine.decide(command, new Moment(now, now));
    machine.stage(decision);
    machine.confirm(decision);
    for (GroupRecord record : decision.records()) {
      records += GroupRecordCodec.encode(record).value().length;
    }
    return decision.reply();
  }

  private void open() {
    GroupTopic topic = new GroupTopic(TOPIC, "t", 1);
    machine.open(new KnownTopics(List.of(topic), Set.of()), new Moment(now, now));
    QueueRules settings = QueueWish.NONE.applyTo(QueueRules.DEFAULT);
    QueueRules ordered =
        new QueueRules(
            settings.lockMicros(),
            settings.maxAttempts(),
            settings.backOffMicros(),
            settings.backOffMaxMicros(),
            settings.deadLetters(),
            ordering);
    send(
        new Command.OpenQueue(
            "q", SESSION, TOPIC, "c", "h", Command.OpenQueue.KEEP_ALL, QueueWish.of(ordered)));
  }

  private void feed(int count) {
    List<QueueCandidate> candidates = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long offset = fed + i;
      candidates.add(new QueueCandidate(offset, 1 + offset * 7_919 % 5_000, 100));
    }
    send(new Command.Feed("q", PARTITION, fed, fed + count, candidates));
    fed += count;
  }

  private Reply.Taken take(int count) {
    return (Reply.Taken) send(new Command.Take("q", SESSION, PARTITION, count, Long.MAX_VALUE));
  }

  private static EventSettlement accept(long lock, long from, long to) {
    return new EventSettlement(
        PARTITION, lock, from, to, QueueOutcome.ACCEPT, EventSettlement.BACK_OFF, false, "");
  }

  private static EventSettlement accept(Reply.Taken taken) {
    List<TakenEvent> events = taken.events();
    return accept(taken.lock(), events.get(0).offset(), events.get(events.size() - 1).offset());
  }

  /** Feed, take and settle in batches, with a window that stays full. */
  private void inOrder(int batch) {
    open();
    feed(WINDOW);
    int rounds = 200_000 / batch;
    for (int measured = 0; measured < 2; measured++) {
      records = 0;
      long cpu = 0;
      for (int i = 0; i < rounds; i++) {
        now += 100;
        long start = THREADS.getCurrentThreadCpuTime();
        Reply.Taken taken = take(batch);
        send(new Command.Settle("q", SESSION, -1, List.of(accept(taken))));
        cpu += THREADS.getCurrentThreadCpuTime() - start;
        feed(taken.events().size());
      }
      if (measured == 1) {
        print("take and settle " + batch + " of 10,000, " + ordering, cpu, (long) rounds * batch);
      }
    }
  }

  /** Every second event is done, until the window is full; then those between them. */
  private void fragmented() {
    open();
    for (int round = 0; round < 10; round++) {
      List<EventSettlement> held = new ArrayList<>();
      records = 0;
      long cpu = 0;
      long settled = 0;
      for (int free = WINDOW; free > 1; free = WINDOW - held.size()) {
        feed(free);
        Reply.Taken taken = take(free);
        long first = taken.events().get(0).offset();
        for (int i = 0; i < free; i += 2) {
          held.add(accept(taken.lock(), first + i, first + i));
        }
        long start = THREADS.getCurrentThreadCpuTime();
        for (int i = 1; i < free; i += 2) {
          send(
              new Command.Settle(
                  "q", SESSION, -1, List.of(accept(taken.lock(), first + i, first + i))));
          settled++;
        }
        cpu += THREADS.getCurrentThreadCpuTime() - start;
      }
      long start = THREADS.getCurrentThreadCpuTime();
      List<GroupRecord> whole = NaiveGroups.snapshotOf(machine);
      whole.forEach(GroupRecordCodec::encode);
      long snapshot = THREADS.getCurrentThreadCpuTime() - start;
      long bytes = machine.bytes();
      if (round == 9) {
        print("settle 1 event, up to " + settled + " done ranges", cpu, settled);
        System.out.printf(
            "snapshot with %,d records and its encoding: %,d us; memory %,d bytes%n",
            whole.size(), snapshot / 1_000, bytes);
      }
      records = 0;
      start = THREADS.getCurrentThreadCpuTime();
      for (int i = held.size() - 1; i >= 0; i--) {
        send(new Command.Settle("q", SESSION, -1, List.of(held.get(i))));
      }
      cpu = THREADS.getCurrentThreadCpuTime() - start;
      if (round == 9) {
        print("settle 1 event between 2 of the ranges", cpu, held.size());
      }
    }
  }

  private void print(String what, long nanos, long count) {
    System.out.printf(
        "%-55s %,10.3f us each, %,d bytes of records each%n",
        what, nanos / 1e3 / count, records / count);
  }
}
