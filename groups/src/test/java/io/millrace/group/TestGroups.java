package io.millrace.group;

import io.millrace.group.queue.QueueCandidate;
import io.millrace.group.queue.QueueWish;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** A machine with a clock that the test moves, and a log that never fails. */
final class TestGroups {

  static final long SECOND = 1_000_000;
  static final long SESSION = 30 * SECOND;

  final List<GroupRecord> log = new ArrayList<>();
  final Map<String, GroupTopic> topics = new HashMap<>();
  final Set<UUID> unavailable = new HashSet<>();
  final Map<PartitionId, Long> ends = new HashMap<>();
  final GroupMachine machine;
  long now = 1_000 * SECOND;
  Decision last;

  TestGroups(GroupLimits limits) {
    this(limits, Stream.of());
  }

  /** With the groups of a log. */
  TestGroups(GroupLimits limits, Stream<GroupRecord> records) {
    machine =
        new GroupMachine(limits, partition -> ends.getOrDefault(partition, PartitionEnds.UNKNOWN));
    records.forEach(machine::apply);
    machine.open(new KnownTopics(List.of(), Set.of()), moment());
  }

  static TestGroups withTopic(String name, int partitions) {
    TestGroups groups = new TestGroups(GroupLimits.DEFAULT);
    groups.topic(name, partitions);
    return groups;
  }

  Moment moment() {
    return new Moment(now, 1_764_547_200_000_000L + now);
  }

  void topic(String name, int partitions) {
    GroupTopic before = topics.get(name);
    UUID id = before == null ? UUID.randomUUID() : before.id();
    topics.put(name, new GroupTopic(id, name, partitions));
    topicsChanged();
  }

  void deleteTopic(String name) {
    topics.remove(name);
    topicsChanged();
  }

  void topicsChanged() {
    send(new Command.TopicsChanged(new KnownTopics(topics.values(), unavailable)));
    tick();
  }

  PartitionId partition(String topic, int number) {
    return new PartitionId(topics.get(topic).id(), number);
  }

  /** A consumer opens a queue, with the settings that it has. */
  void openQueue(String queue, ConsumerSession session, PartitionId partition) {
    send(
        new Command.OpenQueue(
            queue,
            session,
            partition.topicId(),
            "client",
            "host",
            Command.OpenQueue.KEEP_ALL,
            QueueWish.NONE));
  }

  /** A queue gets the first events of a partition, of 10 bytes each. */
  void feed(String queue, PartitionId partition, int events) {
    List<QueueCandidate> candidates = new ArrayList<>();
    for (int offset = 0; offset < events; offset++) {
      candidates.add(new QueueCandidate(offset, 0, 10));
    }
    send(new Command.Feed(queue, partition, 0, events, candidates));
  }

  Reply send(Command command) {
    last = machine.decide(command, moment());
    machine.stage(last);
    machine.confirm(last);
    log.addAll(last.records());
    return last.reply();
  }

  /** Moves the clock, with all ticks that fall due. */
  void pass(long micros) {
    long until = now + micros;
    while (machine.nextDeadlineMicros() <= until) {
      now = Math.max(now, machine.nextDeadlineMicros());
      send(new Command.Tick());
    }
    now = until;
  }

  void tick() {
    pass(0);
  }

  static MemberSettings settings(String staticName) {
    return new MemberSettings(staticName, "client", "127.0.0.1", SESSION, 0);
  }

  static Command.Join joining(String member, String... topics) {
    return new Command.Join(
        "g", member, settings(""), MemberSubscription.of(topics), Optional.empty());
  }

  Reply.Assignment join(String member, String... topics) {
    return (Reply.Assignment) send(joining(member, topics));
  }

  Reply.Assignment joinStatic(String member, String staticName, String topic) {
    return (Reply.Assignment)
        send(
            new Command.Join(
                "g", member, settings(staticName), MemberSubscription.of(topic), Optional.empty()));
  }

  static Command.Beat beating(String member, long epoch, Set<PartitionId> owned) {
    return new Command.Beat("g", member, epoch, owned, Optional.empty(), Optional.empty(), "");
  }

  Reply.Assignment beat(String member, long epoch, Set<PartitionId> owned) {
    return (Reply.Assignment) send(beating(member, epoch, owned));
  }

  /** A beat of a member that has heard of everything and has dropped what it must. */
  Reply.Assignment settle(String member) {
    Reply.MemberView view = view(member);
    return beat(member, view.epoch(), view.assigned());
  }

  Reply.MemberView view(String member) {
    return describe().members().stream()
        .filter(view -> view.member().equals(member))
        .findFirst()
        .orElseThrow();
  }

  Reply.Description describe() {
    return (Reply.Description) send(new Command.Describe("g"));
  }

  Command.Commit committing(String member, long epoch, PartitionId partition, long offset) {
    return new Command.Commit(
        "g", member, epoch, List.of(new Command.Position(partition, offset, -1, "")));
  }

  Reply.Outcome commit(String member, long epoch, PartitionId partition, long offset) {
    return ((Reply.Committed) send(committing(member, epoch, partition, offset))).outcomes().get(0);
  }

  Optional<Long> committed(PartitionId partition) {
    Reply.Offsets offsets = (Reply.Offsets) send(new Command.FetchOffsets("g", List.of(partition)));
    return offsets.offsets().stream().map(o -> o.committed().offset()).findFirst();
  }

  static ErrorCode errorOf(Reply reply) {
    return reply instanceof Reply.Refusal refusal ? refusal.error() : ErrorCode.NONE;
  }

  static String messageOf(Reply reply) {
    return ((Reply.Refusal) reply).message();
  }
}
