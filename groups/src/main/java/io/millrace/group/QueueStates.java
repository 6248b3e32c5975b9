package io.millrace.group;

import io.millrace.group.Reply.QueuePartitionView;
import io.millrace.group.queue.QueueProgress;
import io.millrace.group.queue.QueueRules;
import io.millrace.group.queue.QueueTake;
import io.millrace.group.queue.QueueWindow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The consumers and windows of all queues. They are not in the log: after a replay nobody has a
 * queue open, and after a rollback the windows are empty. A window exists while a consumer has the
 * topic open, and longer if it has dying events.
 */
final class QueueStates {

  private record Key(String group, PartitionId partition) {}

  private final GroupStore store;
  private final int windowEvents;
  private final Map<String, RunningQueue> queues = new HashMap<>();
  private final TreeSet<QueuePartition> deadlines =
      new TreeSet<>(
          Comparator.<QueuePartition>comparingLong(QueuePartition::queuedFor)
              .thenComparing(QueuePartition::group)
              .thenComparing(QueuePartition::id));
  private final TreeSet<ConsumerState> away =
      new TreeSet<>(
          Comparator.<ConsumerState>comparingLong(ConsumerState::lostAt)
              .thenComparingLong(ConsumerState::number));
  private final Set<Key> changed = new LinkedHashSet<>();
  private KnownTopics topics;
  private long nextLock;
  private long nextConsumer;
  private long bytes;

  QueueStates(GroupStore store, int windowEvents) {
    this.store = store;
    this.windowEvents = windowEvents;
  }

  /**
   * Begins.
   *
   * @param now lock numbers begin here, so that no earlier machine in this run of the broker has
   *     used them: a lock takes longer than the unit of the clock
   */
  void open(KnownTopics known, Moment now) {
    topics = known;
    nextLock = now.monotonicMicros();
  }

  /** The consumers and windows of a group, or null. */
  RunningQueue find(String group) {
    return queues.get(group);
  }

  /** A consumer, or null. */
  ConsumerState consumer(String group, UUID id) {
    RunningQueue queue = queues.get(group);
    return queue == null ? null : queue.consumer(id);
  }

  /** A window, or null. */
  QueuePartition partition(String group, PartitionId id) {
    RunningQueue queue = queues.get(group);
    return queue == null ? null : queue.partition(id);
  }

  /** What a queue has done in a partition. */
  QueueProgress progress(String group, PartitionId id) {
    Group found = store.find(group);
    return found == null
        ? QueueProgress.at(0)
        : found.progress().getOrDefault(id, QueueProgress.at(0));
  }

  int consumers(String group) {
    RunningQueue queue = queues.get(group);
    return queue == null ? 0 : queue.consumers().size();
  }

  /** How many windows the queue needs besides those that it has, if it opens a topic. */
  int missingWindows(String group, GroupTopic topic) {
    RunningQueue queue = queues.get(group);
    return topic.partitions() - (queue == null ? 0 : queue.partitions(topic.id()).size());
  }

  /** The number of the next lock. */
  long nextLock() {
    return nextLock;
  }

  long bytes() {
    return bytes;
  }

  /** Windows with something to do. */
  List<QueuePartition> due(long now, int limit) {
    List<QueuePartition> due = new ArrayList<>();
    for (QueuePartition partition : deadlines) {
      if (partition.queuedFor() > now || due.size() >= limit) {
        break;
      }
      due.add(partition);
    }
    return due;
  }

  /** Consumers that did not come back. */
  List<ConsumerState> lost(long now, int limit) {
    List<ConsumerState> lost = new ArrayList<>();
    for (ConsumerState consumer : away) {
      if (consumer.lostAt() > now || lost.size() >= limit) {
        break;
      }
      lost.add(consumer);
    }
    return lost;
  }

  /** Looks at what is due in a group only later. */
  void postpone(String group, long now, long until) {
    for (QueuePartition partition : due(now, Integer.MAX_VALUE)) {
      if (partition.group().equals(group)) {
        requeue(partition, until);
      }
    }
    for (ConsumerState consumer : lost(now, Integer.MAX_VALUE)) {
      if (consumer.group().equals(group)) {
        away.remove(consumer);
        consumer.lostAt(until);
        away.add(consumer);
      }
    }
  }

  long nextDeadlineMicros() {
    long window = deadlines.isEmpty() ? Long.MAX_VALUE : deadlines.first().queuedFor();
    return away.isEmpty() ? window : Math.min(window, away.first().lostAt());
  }

  void apply(Effect.OfQueue effect) {
    if (effect instanceof Effect.QueueChanged changed) {
      apply(changed);
    } else if (effect instanceof Effect.QueueProgressed progressed) {
      progressed.consumer().progressed(progressed.now().monotonicMicros());
    } else if (effect instanceof Effect.QueueAnswered answered) {
      ConsumerState consumer = answered.consumer();
      bytes -= consumer.bytes();
      consumer.answered().add(answered.number(), answered.answer());
      bytes += consumer.bytes();
    } else if (effect instanceof Effect.QueueOpened opened) {
      apply(opened);
    } else if (effect instanceof Effect.QueueAway left) {
      away.remove(left.consumer());
      left.consumer().lostAt(left.now().monotonicMicros() + GroupLimits.AWAY_MICROS);
      away.add(left.consumer());
    } else if (effect instanceof Effect.QueueClosed closed) {
      apply(closed);
    } else if (effect instanceof Effect.QueueDropped dropped) {
      dropped.partitions().forEach(partition -> drop(dropped.group(), partition));
      dropIfOver(dropped.group());
    }
  }

  private void apply(Effect.QueueChanged changing) {
    QueuePartition partition = changing.partition();
    partition.window().apply(changing.change());
    if (changing.change() instanceof QueueTake) {
      nextLock++;
    }
    updated(partition);
    dropIfUnused(partition);
  }

  private void apply(Effect.QueueOpened opened) {
    String name = opened.group();
    RunningQueue queue = queues.computeIfAbsent(name, group -> new RunningQueue());
    ConsumerState consumer = queue.consumer(opened.session().id());
    if (consumer == null) {
      long now = opened.now().monotonicMicros();
      UUID id = opened.session().id();
      consumer = new ConsumerState(nextConsumer++, name, id, opened.topic(), now);
      queue.add(consumer);
    } else {
      away.remove(consumer);
      bytes -= consumer.bytes();
    }
    consumer.open(opened);
    bytes += consumer.bytes();
    follow(name, queue);
    queue.partitions(opened.topic()).forEach(this::updated);
  }

  private void apply(Effect.QueueClosed closed) {
    ConsumerState consumer = closed.consumer();
    RunningQueue queue = queues.get(consumer.group());
    away.remove(consumer);
    queue.remove(consumer);
    bytes -= consumer.bytes();
    queue.partitions(consumer.topic()).forEach(this::dropIfUnused);
    dropIfOver(consumer.group());
  }

  void topicsKnown(KnownTopics known) {
    topics = known;
    queues.forEach(
        (name, queue) -> {
          for (PartitionId id : List.copyOf(queue.partitions().keySet())) {
            if (topics.isGone(id)) {
              drop(name, id);
            }
          }
          follow(name, queue);
        });
    queues.values().removeIf(RunningQueue::isOver);
  }

  /** All windows are lost. QueueStates that the log does not have are gone. */
  void rollBack() {
    for (String name : List.copyOf(queues.keySet())) {
      RunningQueue queue = queues.get(name);
      List.copyOf(queue.partitions().keySet()).forEach(id -> drop(name, id));
      Group group = store.find(name);
      if (group == null || !group.isQueue()) {
        List.copyOf(queue.consumers()).forEach(each -> apply(new Effect.QueueClosed(each)));
        queues.remove(name);
      } else {
        queue.consumers().forEach(this::loseLocks);
        follow(name, queue);
        dropIfOver(name);
      }
    }
  }

  private void loseLocks(ConsumerState consumer) {
    bytes -= consumer.bytes();
    consumer.loseLocks();
    bytes += consumer.bytes();
  }

  /** Tells which windows have changed since the last call. */
  void news(Consumer<QueueNews> out) {
    if (changed.isEmpty()) {
      return;
    }
    List<Key> keys = List.copyOf(changed);
    changed.clear();
    for (Key key : keys) {
      out.accept(news(key));
    }
  }

  private QueueNews news(Key key) {
    Group group = store.find(key.group());
    Optional<QueueRules> settings =
        group != null && group.isQueue() ? Optional.of(group.settings()) : Optional.empty();
    RunningQueue queue = queues.get(key.group());
    QueuePartition partition = queue == null ? null : queue.partition(key.partition());
    if (partition == null) {
      return new QueueNews(
          key.group(), key.partition(), settings, false, Optional.empty(), List.of());
    }
    QueueWindow window = partition.window();
    boolean open = queue.isOpen(key.partition().topicId());
    return new QueueNews(
        key.group(),
        key.partition(),
        settings,
        open && window.canTake(),
        open ? Optional.of(want(window)) : Optional.empty(),
        window.newlyDying());
  }

  static QueueWant want(QueueWindow window) {
    return new QueueWant(window.next(), window.wanted());
  }

  /** A partition of a queue for people; empty if the queue has no state there. */
  Optional<QueuePartitionView> view(Group group, PartitionId id) {
    QueuePartition partition = partition(group.name(), id);
    if (partition == null) {
      return Optional.ofNullable(group.progress().get(id))
          .map(progress -> StoredQueuePartition.view(id, progress));
    }
    QueueWindow window = partition.window();
    return Optional.of(
        new QueuePartitionView(
            id,
            window.start(),
            window.next(),
            window.available(),
            window.locked(),
            window.waiting(),
            window.blocked(),
            window.dying(),
            window.attempts(),
            progress(group.name(), id).deadLetters(),
            window.isFailing()));
  }

  /** Gives the queue a window for each partition of its topics, with its present settings. */
  private void follow(String name, RunningQueue queue) {
    Group group = store.find(name);
    for (QueuePartition partition : List.copyOf(queue.partitions().values())) {
      if (partition.window().settings().ordering() == group.settings().ordering()) {
        partition.window().settings(group.settings());
      } else {
        drop(name, partition.id());
      }
    }
    for (UUID topic : queue.topics()) {
      int count = topics.served(topic).map(GroupTopic::partitions).orElse(0);
      for (int number = 0; number < count; number++) {
        PartitionId id = new PartitionId(topic, number);
        if (queue.partition(id) == null) {
          add(group, queue, id);
        }
      }
    }
  }

  private void add(Group group, RunningQueue queue, PartitionId id) {
    QueueProgress progress = group.progress().getOrDefault(id, QueueProgress.at(0));
    QueueWindow window = new QueueWindow(group.settings(), progress.start(), windowEvents);
    QueuePartition partition = new QueuePartition(group.name(), id, window);
    queue.partitions().put(id, partition);
    updated(partition);
  }

  private void drop(String group, PartitionId id) {
    RunningQueue queue = queues.get(group);
    QueuePartition partition = queue == null ? null : queue.partitions().remove(id);
    if (partition != null) {
      deadlines.remove(partition);
      bytes -= partition.countedBytes();
      changed.add(new Key(group, id));
    }
  }

  private void dropIfUnused(QueuePartition partition) {
    RunningQueue queue = queues.get(partition.group());
    if (!queue.isOpen(partition.id().topicId()) && partition.window().dying() == 0) {
      drop(partition.group(), partition.id());
      dropIfOver(partition.group());
    }
  }

  private void dropIfOver(String group) {
    RunningQueue queue = queues.get(group);
    if (queue != null && queue.isOver()) {
      queues.remove(group);
    }
  }

  private void updated(QueuePartition partition) {
    requeue(partition, partition.window().deadlineMicros());
    bytes += partition.moreBytes();
    changed.add(new Key(partition.group(), partition.id()));
  }

  private void requeue(QueuePartition partition, long deadline) {
    if (deadline != partition.queuedFor()) {
      deadlines.remove(partition);
      partition.queuedFor(deadline);
      if (deadline != Long.MAX_VALUE) {
        deadlines.add(partition);
      }
    }
  }

  /** The windows of a consumer's topic. */
  Collection<QueuePartition> partitions(ConsumerState consumer) {
    return queues.get(consumer.group()).partitions(consumer.topic());
  }
}
