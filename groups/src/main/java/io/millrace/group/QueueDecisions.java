package io.millrace.group;

import io.millrace.group.GroupRecord.GroupSet;
import io.millrace.group.GroupRecord.QueueDeadLettersSet;
import io.millrace.group.GroupRecord.QueueProgressRemoved;
import io.millrace.group.GroupRecord.QueueSet;
import io.millrace.group.GroupRecord.QueueSettled;
import io.millrace.group.queue.DeadLetterRule;
import io.millrace.group.queue.QueueFailure;
import io.millrace.group.queue.QueueFate;
import io.millrace.group.queue.QueueFeed;
import io.millrace.group.queue.QueueProgress;
import io.millrace.group.queue.QueueRange;
import io.millrace.group.queue.QueueRules;
import io.millrace.group.queue.QueueTake;
import io.millrace.group.queue.QueueWindow;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Decisions on queues. */
final class QueueDecisions {

  /** Windows, and consumers, that one tick looks at. */
  private static final int WINDOWS_PER_TICK = 100;

  private static final int CONSUMERS_PER_TICK = 100;

  private final GroupState state;
  private final QueueStates queues;
  private final SettleDecisions settling;

  QueueDecisions(GroupState state) {
    this.state = state;
    this.queues = state.queues();
    this.settling = new SettleDecisions(state);
  }

  Decision open(Command.OpenQueue open, Moment now) {
    GroupInputs.groupName(open.group());
    GroupInputs.client(open.clientId(), open.host());
    GroupTopic topic = state.requireTopic(open.topic());
    Group group = state.store().find(open.group());
    if (group == null) {
      state.requireRoomForGroup(open.group());
    } else {
      state.requireQueue(group);
    }
    QueueRules before = group == null ? QueueRules.DEFAULT : group.settings();
    QueueRules settings = open.wish().applyTo(before);
    QueueInputs.settings(settings);
    requireDeadLetterTopics(open.group(), topic, settings.deadLetters());
    PartitionId first = new PartitionId(open.topic(), 0);
    boolean isNewTopic = group == null || !group.progress().containsKey(first);
    ConsumerState consumer = queues.consumer(open.group(), open.session().id());
    if (consumer == null) {
      state.requireRoomForMember(open.group(), queues.consumers(open.group()));
      long windows = QueueWindow.EMPTY_BYTES * queues.missingWindows(open.group(), topic);
      long progress = isNewTopic ? GroupBytes.of(QueueProgress.at(0)) : 0;
      long bytes = windows + progress + GroupBytes.ofConsumer(open.clientId(), open.host());
      state.requireWindowMemory(
          open.group(), bytes + (group == null ? GroupBytes.ofGroup(open.group(), "") : 0));
    } else {
      requireContinuable(consumer, open);
    }
    boolean sameOrdering = settings.ordering() == before.ordering();
    int others = queues.consumers(open.group()) - (consumer == null ? 0 : 1);
    if (!sameOrdering && others > 0) {
      throw ordering(open.group(), before, settings, others);
    }
    List<GroupRecord> records = new ArrayList<>();
    if (group == null) {
      records.add(created(open.group()));
    }
    if (group == null || !settings.equals(before)) {
      records.add(new QueueSet(open.group(), settings));
    }
    if (isNewTopic) {
      // Without it, nobody would know the topic after its consumers have gone.
      records.add(settled(open.group(), first, 0, List.of()));
    }
    boolean continued = consumer != null && !consumer.locksLost() && sameOrdering;
    QueueDrafts drafts = new QueueDrafts(queues, now);
    if (continued) {
      drafts.releaseAfter(consumer, open.lastLock());
    }
    Effect opened =
        new Effect.QueueOpened(
            open.group(), open.session(), open.topic(), open.clientId(), open.host(), now);
    Decision own = drafts.decision(new Reply.QueueOpened(continued, settings), List.of(opened));
    records.addAll(own.records());
    return new Decision(records, own.reply(), List.of(), own.effects());
  }

  Decision away(Command.QueueAway gone, Moment now) {
    ConsumerState consumer = queues.consumer(gone.group(), gone.session().id());
    if (consumer == null || consumer.opening() != gone.session().opening() || consumer.isAway()) {
      return Decision.of(new Reply.Done());
    }
    return Decision.of(new Reply.Done(), new Effect.QueueAway(consumer, now));
  }

  Decision close(Command.CloseQueue close, Moment now) {
    ConsumerState consumer = queues.consumer(close.group(), close.session().id());
    if (consumer == null || consumer.opening() != close.session().opening()) {
      return Decision.of(new Reply.Done());
    }
    QueueDrafts drafts = new QueueDrafts(queues, now);
    drafts.release(consumer, false);
    return drafts.decision(new Reply.Done(), List.of(new Effect.QueueClosed(consumer)));
  }

  Decision feed(Command.Feed feed, Moment now) {
    QueuePartition partition = queues.partition(feed.group(), feed.partition());
    if (partition == null || partition.window().next() != feed.from()) {
      return Decision.of(new Reply.Done());
    }
    QueueInputs.feed(feed);
    QueueWindow window = partition.window();
    long free = Math.max(0, state.freeBytesOfEvents()) / QueueWindow.EVENT_BYTES;
    long room = window.free() + free;
    Group group = state.store().find(feed.group());
    QueueFeed fed =
        window.feed(
            feed.to(),
            feed.candidates(),
            group.progress().getOrDefault(feed.partition(), QueueProgress.at(0)),
            (int) Math.min(room, window.wanted()),
            now.monotonicMicros(),
            now.epochMicros());
    List<GroupRecord> records =
        fed.allDone()
            ? List.of(settled(feed.group(), feed.partition(), fed.next(), List.of()))
            : List.of();
    Effect changed = new Effect.QueueChanged(partition, fed);
    return new Decision(records, new Reply.Done(), List.of(), List.of(changed));
  }

  Decision trim(Command.Trim trim, Moment now) {
    QueuePartition partition = queues.partition(trim.group(), trim.partition());
    if (partition != null) {
      QueueDrafts drafts = new QueueDrafts(queues, now);
      drafts.of(partition).trim(trim.to());
      return drafts.decision(new Reply.Done(), List.of());
    }
    Group group = state.store().find(trim.group());
    QueueProgress progress = group == null ? null : group.progress().get(trim.partition());
    return progress == null || progress.start() >= trim.to()
        ? Decision.of(new Reply.Done())
        : Decision.of(
            List.of(settled(trim.group(), trim.partition(), trim.to(), List.of())),
            new Reply.Done());
  }

  Decision take(Command.Take take, Moment now) {
    ConsumerState consumer = requireConsumer(take.group(), take.session());
    if (consumer.isAway()) {
      throw unknown(take.group());
    }
    QueueInputs.take(take);
    QueuePartition partition = requirePartition(consumer, take.partition());
    QueueTake taken =
        partition
            .window()
            .take(
                consumer.number(),
                queues.nextLock(),
                take.maxEvents(),
                take.maxBytes(),
                now.monotonicMicros());
    QueueWant want = QueueStates.want(partition.window());
    if (taken.isEmpty()) {
      return Decision.of(new Reply.Taken(Reply.Taken.NO_LOCK, 0, List.of(), 0, want));
    }
    long lockMicros = partition.window().settings().lockMicros();
    return new Decision(
        List.of(),
        new Reply.Taken(taken.lock(), lockMicros, taken.taken(), taken.bytes(), want),
        List.of(),
        List.of(
            new Effect.QueueChanged(partition, taken), new Effect.QueueProgressed(consumer, now)));
  }

  Decision settle(Command.Settle settle, Moment now) {
    return settling.settle(requireConsumer(settle.group(), settle.session()), settle, now);
  }

  Decision deadLettered(Command.DeadLettered dead, Moment now) {
    QueuePartition partition = queues.partition(dead.group(), dead.partition());
    if (partition != null && dead.offset() < partition.window().next()) {
      QueueDrafts drafts = new QueueDrafts(queues, now);
      drafts.of(partition).deadLettered(dead.offset());
      return drafts.decision(new Reply.Done(), List.of());
    }
    Group group = state.store().find(dead.group());
    QueueProgress progress = group == null ? null : group.progress().get(dead.partition());
    QueueFailure failure = progress == null ? null : progress.failure(dead.offset());
    if (failure == null || failure.fate() == QueueFate.RETRY) {
      return Decision.of(new Reply.Done());
    }
    List<QueueRange> done = List.of(new QueueRange(dead.offset(), dead.offset() + 1));
    return Decision.of(
        List.of(
            settled(dead.group(), dead.partition(), progress.start(), done),
            new QueueDeadLettersSet(dead.group(), dead.partition(), progress.deadLetters() + 1)),
        new Reply.Done());
  }

  /** Adds what is due for queues to a tick. */
  Decision tick(Decision others, Moment now) {
    long monotonic = now.monotonicMicros();
    if (queues.nextDeadlineMicros() > monotonic) {
      return others;
    }
    QueueDrafts drafts = new QueueDrafts(queues, now);
    queues.due(monotonic, WINDOWS_PER_TICK).forEach(partition -> drafts.of(partition).tick());
    List<Effect> closed = new ArrayList<>();
    for (ConsumerState consumer : queues.lost(monotonic, CONSUMERS_PER_TICK)) {
      drafts.release(consumer, true);
      closed.add(new Effect.QueueClosed(consumer));
    }
    Decision own = drafts.decision(others.reply(), closed);
    List<GroupRecord> records = new ArrayList<>(others.records());
    records.addAll(own.records());
    List<Effect> effects = new ArrayList<>(others.effects());
    effects.addAll(own.effects());
    return new Decision(records, others.reply(), others.notices(), effects);
  }

  /** The records that forget partitions that do not exist any more. */
  List<GroupRecord> forgetGone(Group group) {
    List<GroupRecord> records = new ArrayList<>();
    for (PartitionId partition : group.progress().keySet()) {
      if (state.topics().isGone(partition)) {
        records.add(new QueueProgressRemoved(group.name(), partition));
      }
    }
    return records;
  }

  /** The dead letters of the opened topic, and of all others of the queue, have a place to go. */
  private void requireDeadLetterTopics(String group, GroupTopic opened, DeadLetterRule rule) {
    QueueInputs.deadLettersOf(opened.name(), rule);
    RunningQueue queue = queues.find(group);
    if (queue != null) {
      for (UUID topic : queue.topicsWithWindows()) {
        state
            .topics()
            .served(topic)
            .ifPresent(each -> QueueInputs.deadLettersOf(each.name(), rule));
      }
    }
  }

  private void requireContinuable(ConsumerState consumer, Command.OpenQueue open) {
    if (!consumer.topic().equals(open.topic())) {
      throw GroupInputs.invalid(
          "the consumer has opened the queue "
              + Quoted.text(open.group())
              + " for topic "
              + consumer.topic()
              + ", the request names "
              + open.topic()
              + "; choose a new id for each queue and topic");
    }
    if (open.session().opening() < consumer.opening()) {
      throw unknown(open.group());
    }
  }

  private ConsumerState requireConsumer(String group, ConsumerSession session) {
    state.requireQueue(state.require(group));
    ConsumerState consumer = queues.consumer(group, session.id());
    if (consumer == null || consumer.opening() != session.opening()) {
      throw unknown(group);
    }
    return consumer;
  }

  private static RefusedException unknown(String group) {
    return new RefusedException(
        ErrorCode.UNKNOWN_MEMBER,
        "queue "
            + Quoted.text(group)
            + " has no such consumer on this connection: it was closed, has continued on another"
            + " connection, or the broker started again; its locks are lost, open the queue again");
  }

  private QueuePartition requirePartition(ConsumerState consumer, PartitionId id) {
    requireOfTopic(consumer, id);
    QueuePartition partition = queues.partition(consumer.group(), id);
    if (partition == null) {
      state.requirePartition(id);
      throw GroupInputs.invalid("partition " + state.topics().show(id) + " is not open yet");
    }
    return partition;
  }

  /** The partition is one of the topic that the consumer has opened. */
  static void requireOfTopic(ConsumerState consumer, PartitionId id) {
    UUID topic = consumer.topic();
    if (!id.topicId().equals(topic)) {
      throw GroupInputs.invalid(
          "the consumer has opened topic " + topic + ", the request names " + id.topicId());
    }
  }

  private static RefusedException ordering(
      String group, QueueRules before, QueueRules wanted, int others) {
    return new RefusedException(
        ErrorCode.INCONSISTENT_GROUP,
        "queue "
            + Quoted.text(group)
            + " has "
            + others
            + " other consumers and the ordering "
            + before.ordering()
            + ", the request asks for "
            + wanted.ordering()
            + "; use the same one, or stop all consumers first");
  }

  private GroupSet created(String group) {
    long epoch = state.store().epochFloor() + 1;
    return new GroupSet(group, GroupType.SHARED, epoch, Assignor.BALANCED, 0, 0, "");
  }

  private static QueueSettled settled(
      String group, PartitionId partition, long start, List<QueueRange> done) {
    return new QueueSettled(group, partition, start, done, List.of());
  }
}
