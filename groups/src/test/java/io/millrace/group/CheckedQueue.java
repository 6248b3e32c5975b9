package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.GroupRecord.QueueProgressRemoved;
import io.millrace.group.GroupRecord.QueueProgressSet;
import io.millrace.group.GroupRecord.QueueSettled;
import io.millrace.group.NaiveQueue.Durable;
import io.millrace.group.NaiveQueue.Event;
import io.millrace.group.queue.DyingEvent;
import io.millrace.group.queue.QueueOrder;
import io.millrace.group.queue.QueueProgress;
import io.millrace.group.queue.QueueRules;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The queue of a simulation: a machine, its log, and a {@link NaiveQueue} with which it is
 * compared. It tells what the machine has told the coordinator, and who has the queue open.
 */
class CheckedQueue {

  static final long SECOND = 1_000_000;
  static final int MAX_ATTEMPTS = 4;
  static final UUID TOPIC = new UUID(7, 7);

  record Pending(Decision decision, Map<Event, Durable> before, QueueRules settings) {}

  /** A consumer as the machine should know it. */
  static final class Consumer {

    final UUID id;
    long opening;
    boolean away;
    long lostAt;
    boolean locksLost;
    final Map<Long, Reply> answers = new HashMap<>();

    Consumer(UUID id) {
      this.id = id;
    }

    ConsumerSession session() {
      return new ConsumerSession(id, opening);
    }
  }

  final Random random;
  final int capacity;
  final NaiveQueue naive = new NaiveQueue();
  final List<GroupRecord> log = new ArrayList<>();
  final Deque<Pending> pending = new ArrayDeque<>();
  final Map<UUID, Consumer> consumers = new TreeMap<>();
  final Map<PartitionId, QueueWant> wants = new HashMap<>();
  final Set<PartitionId> hot = new HashSet<>();
  final Map<PartitionId, Set<Long>> dying = new HashMap<>();
  final KnownTopics topics;
  GroupMachine machine;
  boolean exists;
  long mono = SECOND;
  long wallSkew = 1_764_547_200_000_000L;
  int rollBacks;
  long settles;
  int repeats;

  CheckedQueue(long seed) {
    random = new Random(seed);
    capacity = 1 + random.nextInt(20);
    int partitions = 1 + random.nextInt(2);
    topics = new KnownTopics(List.of(new GroupTopic(TOPIC, "t", partitions)), Set.of());
    for (int i = 0; i < partitions; i++) {
      naive.logs.put(new PartitionId(TOPIC, i), new TreeMap<>());
    }
    machine = machine(List.of());
    publish(10 + random.nextInt(30));
  }

  Moment now() {
    return new Moment(mono, mono + wallSkew);
  }

  GroupMachine machine(List<GroupRecord> records) {
    GroupMachine made = new GroupMachine(GroupLimits.DEFAULT, PartitionEnds.NONE_KNOWN, capacity);
    records.forEach(record -> made.apply(GroupRecordCodec.decode(GroupRecordCodec.encode(record))));
    made.open(topics, now());
    return made;
  }

  void publish(int count) {
    for (int i = 0; i < count; i++) {
      PartitionId partition = anyPartition();
      TreeMap<Long, Event> events = naive.logs.get(partition);
      long after = events.isEmpty() ? 0 : events.lastKey() + 1;
      long offset = after + (random.nextInt(4) == 0 ? random.nextInt(4) : 0);
      events.put(offset, new Event(partition, offset, random.nextInt(4), 1 + random.nextInt(100)));
    }
  }

  PartitionId anyPartition() {
    return new PartitionId(TOPIC, random.nextInt(naive.logs.size()));
  }

  Reply send(Command command) {
    Map<Event, Durable> before = naive.durable();
    QueueRules settings = naive.settings;
    Decision decision = machine.decide(command, now());
    machine.stage(decision);
    if (!decision.records().isEmpty()) {
      pending.add(new Pending(decision, before, settings));
    }
    return decision.reply();
  }

  void gone(Consumer consumer) {
    consumers.remove(consumer.id);
    dropUnused();
  }

  /** Windows without consumers and dying events are dropped. */
  void dropUnused() {
    if (consumers.isEmpty()) {
      for (PartitionId partition : naive.logs.keySet()) {
        boolean anyDying =
            naive.logs.get(partition).values().stream()
                .anyMatch(event -> event.isLive() && event.state == NaiveQueue.State.DYING);
        if (!anyDying) {
          forgetWindow(partition);
        }
      }
    }
  }

  void forgetWindow(PartitionId partition) {
    naive.logs.get(partition).values().forEach(event -> event.fed = false);
  }

  void forgetWindows() {
    naive.forgetWindows();
    dying.clear();
    hot.clear();
  }

  void confirm() {
    int count = random.nextInt(pending.size() + 1);
    for (int i = 0; i < count; i++) {
      Pending oldest = pending.poll();
      machine.confirm(oldest.decision());
      log.addAll(oldest.decision().records());
    }
  }

  void rollBack() {
    machine.rollBack(now());
    rollBacks++;
    restoreBefore();
    forgetWindows();
    if (!exists) {
      consumers.clear();
    }
    for (Consumer consumer : consumers.values()) {
      consumer.locksLost = true;
      consumer.answers.clear();
    }
  }

  void restoreBefore() {
    if (!pending.isEmpty()) {
      Pending oldest = pending.peek();
      restore(oldest.before());
      naive.settings = oldest.settings();
      pending.clear();
    }
    exists = log.stream().anyMatch(GroupRecord.GroupSet.class::isInstance);
  }

  void restore(Map<Event, Durable> durable) {
    naive.all().forEach(event -> event.durable = durable.getOrDefault(event, Durable.NEW));
  }

  /** The broker starts again; a part of the newest records may be in its log. */
  void restart() {
    Map<Event, Durable> staged = naive.durable();
    List<GroupRecord> inLog = new ArrayList<>();
    pending.forEach(each -> inLog.addAll(each.decision().records()));
    int kept = inLog.isEmpty() ? 0 : random.nextInt(inLog.size() + 1);
    boolean wasPending = !pending.isEmpty();
    restoreBefore();
    log.addAll(inLog.subList(0, kept));
    if (random.nextBoolean()) {
      wallSkew += random.nextInt(4_000_000) - 2_000_000;
    }
    GroupMachine replayed = machine(log);
    if (random.nextBoolean()) {
      List<GroupRecord> snapshot = NaiveGroups.snapshotOf(replayed);
      assertThat(replayed.snapshotRecords()).isEqualTo(snapshot.size());
      log.clear();
      log.addAll(snapshot);
      replayed = machine(log);
      assertThat(NaiveGroups.snapshotOf(replayed)).isEqualTo(snapshot);
    }
    machine = replayed;
    consumers.clear();
    forgetWindows();
    wants.clear();
    exists = machine.groups() > 0;
    if (exists && wasPending) {
      adopt(staged);
    }
  }

  /** With a part of the newest records, each event is as it was before or after a decision. */
  void adopt(Map<Event, Durable> staged) {
    Map<PartitionId, QueueProgress> progress = progress();
    Reply.QueueDescription described =
        (Reply.QueueDescription) machine.decide(new Command.Describe("q"), now()).reply();
    naive.settings = described.settings();
    for (Event event : naive.all()) {
      Durable found =
          NaiveQueue.durable(
              progress.getOrDefault(event.partition, QueueProgress.at(0)), event.offset);
      boolean done = staged.get(event).done();
      if (found.done()) {
        assertThat(event.durable.done() || done || everDone.contains(event))
            .as("event %d is done without a reason", event.offset)
            .isTrue();
      }
      event.durable = found;
    }
  }

  /** Events that were done in some state that was staged since the last reset. */
  final Set<Event> everDone = new HashSet<>();

  void news() {
    machine.queueNews(
        news -> {
          PartitionId partition = news.partition();
          news.want().ifPresentOrElse(w -> wants.put(partition, w), () -> wants.remove(partition));
          if (news.available()) {
            hot.add(partition);
          }
          for (DyingEvent event : news.dying()) {
            dying.computeIfAbsent(partition, id -> new java.util.TreeSet<>()).add(event.offset());
            Event known = naive.logs.get(partition).get(event.offset());
            assertThat(event.attempts()).isEqualTo(known.durable.attempts());
            assertThat(event.fate()).isEqualTo(known.durable.fate());
          }
        });
  }

  void check() {
    news();
    Map<PartitionId, QueueProgress> progress = exists ? progress() : Map.of();
    for (PartitionId partition : naive.logs.keySet()) {
      QueueProgress done = progress.getOrDefault(partition, QueueProgress.at(0));
      int live = naive.live(partition);
      assertThat(live).isLessThanOrEqualTo(capacity);
      for (Event event : naive.logs.get(partition).values()) {
        Durable found = NaiveQueue.durable(done, event.offset);
        if (!found.equals(event.durable) || found.attempts() > MAX_ATTEMPTS) {
          throw new AssertionError(
              "event "
                  + event.offset
                  + " of "
                  + partition
                  + " is "
                  + found
                  + ", not "
                  + event.durable);
        }
        if (event.durable.done()) {
          everDone.add(event);
        }
        if (event.isLive() && event.state == NaiveQueue.State.DYING) {
          assertThat(dying.getOrDefault(partition, Set.of())).contains(event.offset);
        }
      }
      if (!consumers.isEmpty()) {
        checkOpen(partition, live);
      }
    }
    assertThat(machine.bytes()).isNotNegative();
  }

  void checkOpen(PartitionId partition, int live) {
    Reply.QueuePartitionView view = machine.queuePartition("q", partition).orElseThrow();
    assertThat(wants.get(partition)).isEqualTo(new QueueWant(view.next(), capacity - live));
    long attempts = 0;
    for (Event event : naive.logs.get(partition).values()) {
      attempts += event.isLive() ? event.durable.attempts() : 0;
    }
    assertThat(view.attempts()).isEqualTo(attempts);
    List<Event> available = naive.available(partition);
    assertThat(view.available()).isEqualTo(available.size());
    assertThat(view.available() + view.locked() + view.waiting() + view.blocked() + view.dying())
        .isEqualTo(live);
    if (!available.isEmpty() && !view.failing()) {
      assertThat(hot).as("told that something is available").contains(partition);
    }
    if (naive.settings.ordering() == QueueOrder.KEY) {
      Map<Long, Long> flying = new HashMap<>();
      for (Event event : naive.logs.get(partition).values()) {
        if (event.key != 0 && event.isLive() && event.state == NaiveQueue.State.LOCKED) {
          assertThat(flying.put(event.key, event.offset)).as("two of a key in flight").isNull();
        }
      }
    }
  }

  Map<PartitionId, QueueProgress> progress() {
    Map<PartitionId, QueueProgress> progress = new HashMap<>();
    for (GroupRecord record : NaiveGroups.snapshotOf(machine)) {
      if (record instanceof QueueProgressSet set) {
        progress.put(set.partition(), set.progress());
      } else if (record instanceof QueueSettled settled) {
        progress.computeIfPresent(
            settled.partition(),
            (id, before) -> before.settled(settled.start(), settled.done(), settled.failed()));
      } else if (record instanceof GroupRecord.QueueDeadLettersSet set) {
        progress.computeIfPresent(
            set.partition(), (id, before) -> before.withDeadLetters(set.count()));
      } else {
        assertThat(record).isNotInstanceOf(QueueProgressRemoved.class);
      }
    }
    return progress;
  }

  boolean isDone() {
    for (Event event : naive.all()) {
      if (!event.durable.done()) {
        return false;
      }
    }
    return true;
  }
}
