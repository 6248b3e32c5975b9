package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Groups under faults, in virtual time, from one seed: messages are lost, doubled and late; members
 * join, leave, die, pause and come back as zombies; appends fail; the broker crashes with a part of
 * its last records in the log. Every decision is compared with {@link NaiveGroups}.
 */
final class GroupSimulation {

  private static final long MILLI = 1_000;
  private static final long SECOND = 1_000_000;

  private record Event(long at, long order, Runnable work) {}

  private record Flight(Decision decision, Runnable done) {}

  private final Random random;
  private final boolean sameTopics;
  private final Assignor assignor;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) ->
              a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
  private final Deque<Flight> pending = new ArrayDeque<>();
  private final List<SimClient> clients = new ArrayList<>();
  private final Map<String, GroupTopic> topics = new TreeMap<>();
  private final Map<String, Map<String, Long>> lastSign = new HashMap<>();

  private final Set<String> takenOver = new HashSet<>();

  private List<EncodedGroupRecord> log = new ArrayList<>();
  private GroupMachine machine;
  private KnownTopics known;
  private NaiveGroups durable = new NaiveGroups();
  private NaiveGroups staged = new NaiveGroups();
  private long now = SECOND;
  private long order;
  private int names;
  private boolean faults = true;
  private int accepted;
  private int moves;

  GroupSimulation(long seed) {
    this.random = new Random(seed);
    this.sameTopics = random.nextInt(3) > 0;
    this.assignor = random.nextInt(5) == 0 ? Assignor.SINGLE_ACTIVE : Assignor.BALANCED;
    this.machine = new GroupMachine(GroupLimits.DEFAULT);
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      createTopic("topic-" + i);
    }
    known = new KnownTopics(topics.values(), Set.of());
    machine.open(known, moment());
  }

  /** What happened, to see that a run tests something. */
  record Summary(int acceptedCommits, int grants, int records) {}

  Summary run(int steps) {
    for (int i = 0; i < steps; i++) {
      chance();
      advance(20 + random.nextInt(400));
    }
    settle();
    checkPrefixes();
    return new Summary(accepted, moves, log.size());
  }

  private Moment moment() {
    return new Moment(now, 1_700_000_000_000_000L + now);
  }

  private void createTopic(String name) {
    UUID id = new UUID(random.nextLong(), random.nextLong());
    topics.put(name, new GroupTopic(id, name, 1 + random.nextInt(6)));
  }

  // Faults.

  private void chance() {
    int dice = random.nextInt(100);
    if (dice < 16) {
      startClient();
    } else if (dice < 20) {
      endClient(true);
    } else if (dice < 24) {
      endClient(false);
    } else if (dice < 30) {
      any().ifPresent(client -> client.paused = !client.paused);
    } else if (dice < 34) {
      changeTopics();
    } else if (dice < 38) {
      any().ifPresent(this::changeSubscription);
    } else if (dice < 42) {
      failAppend();
    } else if (dice < 46) {
      crash();
    } else if (dice < 49) {
      request(reset(), answer -> {});
    } else if (dice < 51) {
      request(new Command.Delete(groupName()), answer -> {});
    } else if (dice < 53) {
      request(new Command.Describe(groupName()), answer -> {});
    } else if (dice < 56) {
      rewriteLog();
    } else if (dice < 60) {
      request(commitWithoutMember(), answer -> {});
    } else {
      any().ifPresent(this::work);
    }
  }

  private String groupName() {
    return "group-" + random.nextInt(2);
  }

  private Optional<SimClient> any() {
    return clients.isEmpty()
        ? Optional.empty()
        : Optional.of(clients.get(random.nextInt(clients.size())));
  }

  private void startClient() {
    if (clients.stream().filter(client -> !client.ended).count() > 7) {
      return;
    }
    String staticName = random.nextInt(3) == 0 ? "static-" + random.nextInt(3) : "";
    long timeout = (2 + random.nextInt(4)) * SECOND;
    clients.add(new SimClient(groupName(), "m" + names++, staticName, timeout, subscription(1)));
  }

  private MemberSubscription subscription(int version) {
    if (sameTopics) {
      return new MemberSubscription(version, List.of(), "*");
    }
    List<String> some = new ArrayList<>();
    for (String topic : topics.keySet()) {
      if (random.nextBoolean()) {
        some.add(topic);
      }
    }
    return some.isEmpty()
        ? new MemberSubscription(version, List.of("topic-0"), "")
        : new MemberSubscription(version, some, random.nextInt(4) == 0 ? "topic-?" : "");
  }

  private void changeSubscription(SimClient client) {
    client.subscription = subscription(client.subscription.version() + 1);
  }

  private void endClient(boolean gracefully) {
    any()
        .ifPresent(
            client -> {
              client.ended = true;
              clients.remove(client);
              client.owned.clear();
              if (gracefully) {
                boolean comeBack = random.nextBoolean();
                send(
                    client, new Command.Leave(client.group, client.member, client.epoch, comeBack));
              }
              if (!client.staticName.isEmpty() && random.nextBoolean()) {
                clients.add(
                    new SimClient(
                        client.group,
                        "m" + names++,
                        client.staticName,
                        client.sessionTimeoutMicros,
                        client.subscription));
              }
            });
  }

  private void changeTopics() {
    String name = "topic-" + random.nextInt(4);
    GroupTopic topic = topics.get(name);
    if (topic == null || random.nextInt(3) == 0) {
      createTopic(name);
    } else if (random.nextBoolean()) {
      topics.put(name, new GroupTopic(topic.id(), name, topic.partitions() + 1));
    } else if (topics.size() > 1) {
      topics.remove(name);
    }
    known = new KnownTopics(topics.values(), Set.of());
    decide(new Command.TopicsChanged(known), reply -> {});
  }

  private Command reset() {
    String group = groupName();
    List<Command.NewOffset> offsets = new ArrayList<>();
    for (PartitionId partition : staged.offsets(group).keySet()) {
      if (!known.isGone(partition) && random.nextBoolean()) {
        offsets.add(new Command.NewOffset(partition, random.nextInt(20) - 1));
      }
    }
    return new Command.Reset(group, offsets, random.nextInt(4) == 0);
  }

  private Command commitWithoutMember() {
    return new Command.Commit(
        groupName(), "", -1, List.of(position(somePartition(), random.nextInt(50))));
  }

  private PartitionId somePartition() {
    GroupTopic topic = List.copyOf(topics.values()).get(random.nextInt(topics.size()));
    return new PartitionId(topic.id(), random.nextInt(topic.partitions() + 1));
  }

  private static Command.Position position(PartitionId partition, long offset) {
    return new Command.Position(partition, offset, -1, offset % 3 == 0 ? "note" : "");
  }

  /** Processes events and commits them; sometimes what it does not own. */
  private void work(SimClient client) {
    if (client.epoch == 0) {
      return;
    }
    List<Command.Position> positions = new ArrayList<>();
    for (PartitionId partition : client.owned) {
      if (random.nextBoolean()) {
        positions.add(position(partition, progress(client, partition)));
      }
    }
    if (random.nextInt(4) == 0) {
      positions.add(position(somePartition(), random.nextInt(100)));
    }
    send(client, client.commit(positions));
  }

  private long progress(SimClient client, PartitionId partition) {
    CommittedOffset start = durable.offsets(client.group).get(partition);
    return client.positions.merge(
        partition,
        (start == null ? 0 : start.offset()) + random.nextInt(10),
        (old, first) -> old + random.nextInt(10));
  }

  private void failAppend() {
    if (pending.isEmpty()) {
      return;
    }
    pending.clear();
    machine.rollBack(moment());
    staged = durable.copy();
    keepSigns();
    assertSameState();
  }

  private void crash() {
    List<GroupRecord> written = new ArrayList<>();
    pending.forEach(flight -> written.addAll(flight.decision().records()));
    int kept = written.isEmpty() ? 0 : random.nextInt(written.size() + 1);
    for (GroupRecord record : written.subList(0, kept)) {
      durable.apply(record);
      log.add(GroupRecordCodec.encode(record));
    }
    pending.clear();
    staged = durable.copy();
    machine = replay(log);
    assertSameState();
    lastSign.clear();
    machine.open(known, moment());
    keepSigns();
  }

  private static GroupMachine replay(List<EncodedGroupRecord> records) {
    GroupMachine machine = new GroupMachine(GroupLimits.DEFAULT);
    records.forEach(record -> machine.apply(GroupRecordCodec.decode(record)));
    return machine;
  }

  private void rewriteLog() {
    if (!pending.isEmpty()) {
      return;
    }
    List<EncodedGroupRecord> shorter = new ArrayList<>();
    machine.snapshot(record -> shorter.add(GroupRecordCodec.encode(record)));
    assertThat(NaiveGroups.snapshotOf(replay(shorter)))
        .as("replay of the snapshot")
        .isEqualTo(NaiveGroups.snapshotOf(replay(log)));
    assertThat(replay(shorter).bytes()).isEqualTo(machine.bytes());
    log = shorter;
  }

  private void assertSameState() {
    assertThat(NaiveGroups.normal(NaiveGroups.snapshotOf(machine))).isEqualTo(durable.records());
  }

  /** Members have sessions from now on if they have none. */
  private void keepSigns() {
    for (String group : List.of("group-0", "group-1")) {
      Map<String, Long> signs = lastSign.computeIfAbsent(group, name -> new HashMap<>());
      signs.keySet().retainAll(staged.members(group).keySet());
      staged.members(group).keySet().forEach(member -> signs.putIfAbsent(member, now));
    }
  }

  // Time and messages.

  private void advance(long millis) {
    long until = now + millis * MILLI;
    while (true) {
      long next = Math.min(nextBeatAt(), machine.nextDeadlineMicros());
      if (!events.isEmpty()) {
        next = Math.min(next, events.peek().at());
      }
      if (next > until) {
        break;
      }
      now = Math.max(now, next);
      if (!events.isEmpty() && events.peek().at() <= now) {
        events.poll().work().run();
      } else if (machine.nextDeadlineMicros() <= now) {
        decide(new Command.Tick(), reply -> {});
        checkSessions();
      } else {
        beatAll();
      }
    }
    now = until;
  }

  private long nextBeatAt() {
    return clients.stream()
        .filter(client -> !client.paused)
        .mapToLong(client -> client.nextBeatAt)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private void beatAll() {
    for (SimClient client : List.copyOf(clients)) {
      if (!client.paused && client.nextBeatAt <= now) {
        client.nextBeatAt = now + (300 + random.nextInt(400)) * MILLI;
        for (PartitionId partition : List.copyOf(client.told)) {
          if (!faults || random.nextInt(3) > 0) {
            client.drop(partition);
          }
        }
        send(client, client.signOfLife(Optional.of(assignor)));
      }
    }
  }

  private void send(SimClient client, Command command) {
    int life = client.life;
    int copies = !faults ? 1 : random.nextInt(10) == 0 ? 0 : random.nextInt(8) == 0 ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      later(delay(), () -> request(command, reply -> receive(client, life, command, reply)));
    }
  }

  private long delay() {
    if (!faults) {
      return MILLI;
    }
    return random.nextInt(12) == 0 ? random.nextInt(9_000) * MILLI : random.nextInt(100) * MILLI;
  }

  private void later(long micros, Runnable work) {
    events.add(new Event(now + micros, order++, work));
  }

  private interface Answer {
    void accept(Reply reply);
  }

  private void request(Command command, Answer answer) {
    decide(
        command,
        reply -> {
          if (!faults || random.nextInt(10) > 0) {
            later(delay(), () -> answer.accept(reply));
          }
        });
  }

  private void receive(SimClient client, int life, Command command, Reply reply) {
    if (client.ended || client.paused || client.life != life) {
      return;
    }
    if (reply instanceof Reply.Assignment assignment) {
      client.adopt(assignment);
      assertOneOwner(client.group);
    } else if (reply instanceof Reply.Refusal refusal && !(command instanceof Command.Commit)) {
      refused(client, refusal.error());
    }
  }

  private void refused(SimClient client, ErrorCode error) {
    if (error == ErrorCode.STATIC_NAME_TAKEN) {
      client.ended = true;
      client.owned.clear();
      clients.remove(client);
    } else if (error == ErrorCode.UNKNOWN_MEMBER && random.nextInt(4) == 0) {
      client.rejoinAs(client.member);
    } else if (error == ErrorCode.UNKNOWN_MEMBER || error == ErrorCode.STALE_MEMBER) {
      client.rejoinAs("m" + names++);
    }
  }

  private void notify(Notice notice) {
    for (SimClient client : List.copyOf(clients)) {
      boolean here = client.group.equals(notice.group()) && client.member.equals(notice.member());
      if (here && client.epoch > 0 && (!faults || random.nextInt(5) > 0)) {
        int life = client.life;
        later(delay(), () -> receive(client, life, new Command.Tick(), notice.news()));
      }
    }
  }

  // Decisions.

  private void decide(Command command, Answer answer) {
    Decision decision = machine.decide(command, moment());
    assertThat(NaiveGroups.normal(NaiveGroups.snapshotOf(machine)))
        .as("a decision changes nothing")
        .isEqualTo(staged.records());
    checkReply(command, decision);
    NaiveGroups after = staged.copy();
    after.applyChecked(decision.records());
    staged.assertChange(command, after, known);
    machine.stage(decision);
    noteSigns(command, decision, after);
    countMoves(decision);
    staged = after;
    assertOneOwner("group-0");
    assertOneOwner("group-1");
    Flight flight =
        new Flight(
            decision,
            () -> {
              decision.notices().forEach(this::notify);
              answer.accept(decision.reply());
            });
    pending.add(flight);
    later(faults ? random.nextInt(60) * MILLI : 0, () -> durableUpTo(flight));
  }

  private void durableUpTo(Flight flight) {
    if (!pending.contains(flight)) {
      return;
    }
    Flight done;
    do {
      done = pending.poll();
      machine.confirm(done.decision());
      for (GroupRecord record : done.decision().records()) {
        durable.apply(record);
        EncodedGroupRecord encoded = GroupRecordCodec.encode(record);
        assertThat(GroupRecordCodec.decode(encoded)).isEqualTo(record);
        log.add(encoded);
      }
      done.done().run();
    } while (done != flight);
  }

  private void checkReply(Command command, Decision decision) {
    if (command instanceof Command.Beat beat) {
      ErrorCode expected =
          staged.ofMember(beat.group(), beat.member(), beat.epoch(), beat.staticName());
      assertError(command, beat.group(), beat.member(), decision, expected);
    } else if (command instanceof Command.Commit commit && !commit.member().isEmpty()) {
      checkCommit(commit, decision);
    } else if (command instanceof Command.Commit commit) {
      boolean alone = staged.members(commit.group()).isEmpty();
      assertThat(errorOf(decision.reply()) == ErrorCode.GROUP_NOT_EMPTY).isEqualTo(!alone);
    } else if (command instanceof Command.Reset || command instanceof Command.Delete) {
      String group =
          command instanceof Command.Reset reset
              ? reset.group()
              : ((Command.Delete) command).group();
      ErrorCode expected =
          !staged.exists(group)
              ? ErrorCode.UNKNOWN_GROUP
              : staged.members(group).isEmpty() ? ErrorCode.NONE : ErrorCode.GROUP_NOT_EMPTY;
      assertThat(errorOf(decision.reply())).isEqualTo(expected);
    }
    if (errorOf(decision.reply()) != ErrorCode.NONE) {
      assertThat(decision.records()).as("records of a refusal").isEmpty();
    }
  }

  private void checkCommit(Command.Commit commit, Decision decision) {
    ErrorCode whole = staged.ofMember(commit.group(), commit.member(), commit.epoch(), "");
    assertError(commit, commit.group(), commit.member(), decision, whole);
    if (whole != ErrorCode.NONE) {
      return;
    }
    List<Reply.Outcome> outcomes = ((Reply.Committed) decision.reply()).outcomes();
    Set<PartitionId> seen = new HashSet<>();
    for (int i = 0; i < outcomes.size(); i++) {
      Command.Position position = commit.positions().get(i);
      if (seen.add(position.partition())) {
        assertThat(outcomes.get(i).error())
            .as("%s of %s", position, commit)
            .isEqualTo(
                staged.ofCommit(commit.group(), commit.member(), commit.epoch(), position, known));
        accepted += outcomes.get(i).error() == ErrorCode.NONE ? 1 : 0;
      }
    }
  }

  /** The machine may remember for a while that a newer member has taken over. */
  private void assertError(
      Command command, String group, String member, Decision decision, ErrorCode expected) {
    ErrorCode error = errorOf(decision.reply());
    if (error == ErrorCode.STATIC_NAME_TAKEN && expected == ErrorCode.UNKNOWN_MEMBER) {
      assertThat(takenOver).contains(group + "/" + member);
    } else {
      assertThat(error).as("%s", command).isEqualTo(expected);
    }
  }

  private static ErrorCode errorOf(Reply reply) {
    return reply instanceof Reply.Refusal refusal ? refusal.error() : ErrorCode.NONE;
  }

  private void noteSigns(Command command, Decision decision, NaiveGroups after) {
    if (errorOf(decision.reply()) == ErrorCode.NONE) {
      if (command instanceof Command.Join join) {
        sign(join.group(), join.member());
      } else if (command instanceof Command.Beat beat) {
        sign(beat.group(), beat.member());
      } else if (command instanceof Command.Leave leave
          && after.members(leave.group()).containsKey(leave.member())) {
        sign(leave.group(), leave.member());
      }
    }
    if (command instanceof Command.Tick) {
      checkEvicted(after);
    }
    if (command instanceof Command.Join join) {
      for (GroupRecord record : decision.records()) {
        if (record instanceof GroupRecord.MemberRemoved removed) {
          takenOver.add(join.group() + "/" + removed.member());
        }
      }
    }
    lastSign.forEach((group, signs) -> signs.keySet().retainAll(after.members(group).keySet()));
  }

  private void sign(String group, String member) {
    lastSign.computeIfAbsent(group, name -> new HashMap<>()).put(member, now);
  }

  /** A tick removes the members whose time is over, and nobody else. */
  private void checkEvicted(NaiveGroups after) {
    for (String group : staged.groups()) {
      staged
          .members(group)
          .forEach(
              (id, holder) -> {
                long timeout = holder.set().settings().sessionTimeoutMicros();
                boolean over = lastSign.get(group).get(id) + timeout <= now;
                assertThat(after.members(group).containsKey(id))
                    .as("%s after %d", id, now - lastSign.get(group).get(id))
                    .isEqualTo(!over);
              });
    }
  }

  private void checkSessions() {
    for (String group : staged.groups()) {
      staged
          .members(group)
          .forEach(
              (id, holder) ->
                  assertThat(
                          lastSign.get(group).get(id)
                              + holder.set().settings().sessionTimeoutMicros())
                      .as("deadline of %s", id)
                      .isGreaterThan(now)
                      .isGreaterThanOrEqualTo(machine.nextDeadlineMicros()));
    }
  }

  private void countMoves(Decision decision) {
    for (GroupRecord record : decision.records()) {
      moves += record instanceof GroupRecord.CurrentSet ? 1 : 0;
    }
  }

  /**
   * No two programs process the same partition and may both commit. A program whose join arrives a
   * second time after its session ended is a member by name; its old epoch is not the member's.
   */
  private void assertOneOwner(String group) {
    Map<String, NaiveGroups.Holder> members = staged.members(group);
    Map<PartitionId, String> owners = new HashMap<>();
    for (SimClient client : clients) {
      if (client.group.equals(group)
          && members.containsKey(client.member)
          && client.epoch >= members.get(client.member).set().joinEpoch()) {
        for (PartitionId partition : client.owned) {
          if (known.isGone(partition)) {
            continue;
          }
          String other = owners.put(partition, client.member);
          assertThat(other).as("%s and %s own %s", other, client.member, partition).isNull();
        }
      }
    }
  }

  // The end.

  private void settle() {
    faults = false;
    events.clear();
    pending.clear();
    machine.rollBack(moment());
    staged = durable.copy();
    keepSigns();
    if (random.nextBoolean()) {
      clients.removeIf(client -> client.paused);
    }
    clients.forEach(client -> client.paused = false);
    advance(30_000);
    for (String group : List.of("group-0", "group-1")) {
      assertSettled(group);
    }
    assertSameState();
  }

  private void assertSettled(String group) {
    List<SimClient> live = clients.stream().filter(client -> client.group.equals(group)).toList();
    Map<String, NaiveGroups.Holder> members = staged.members(group);
    assertThat(members).as("members when all is quiet").hasSameSizeAs(live);
    Set<PartitionId> wanted = new HashSet<>();
    Set<PartitionId> owned = new HashSet<>();
    int most = 0;
    int least = Integer.MAX_VALUE;
    for (SimClient client : live) {
      NaiveGroups.Holder holder = members.get(client.member);
      assertThat(holder.releasing()).isEmpty();
      assertThat(holder.assigned()).isEqualTo(client.owned);
      assertThat(holder.set().subscription()).isEqualTo(client.subscription);
      known
          .resolve(client.subscription)
          .values()
          .forEach(
              topic -> {
                for (int i = 0; i < topic.partitions(); i++) {
                  wanted.add(new PartitionId(topic.id(), i));
                }
              });
      owned.addAll(client.owned);
      most = Math.max(most, client.owned.size());
      least = Math.min(least, client.owned.size());
    }
    assertThat(owned).as("owned partitions").isEqualTo(wanted);
    if (sameTopics && !live.isEmpty() && assignor == Assignor.BALANCED) {
      assertThat(most - least).as("most and fewest partitions").isLessThanOrEqualTo(1);
    }
    if (sameTopics && !live.isEmpty() && assignor == Assignor.SINGLE_ACTIVE) {
      assertThat(most).as("partitions of the active member").isEqualTo(wanted.size());
    }
  }

  /** The log, cut anywhere, is a state in which no partition has two owners, and it can go on. */
  private void checkPrefixes() {
    for (int i = 0; i < 3; i++) {
      List<EncodedGroupRecord> prefix = log.subList(0, random.nextInt(log.size() + 1));
      NaiveGroups naive = new NaiveGroups();
      naive.applyChecked(prefix.stream().map(GroupRecordCodec::decode).toList());
      GroupMachine cut = replay(prefix);
      assertThat(NaiveGroups.normal(NaiveGroups.snapshotOf(cut))).isEqualTo(naive.records());
      cut.open(known, moment());
      while (cut.nextDeadlineMicros() <= now) {
        Decision tick = cut.decide(new Command.Tick(), moment());
        naive.applyChecked(tick.records());
        cut.stage(tick);
      }
    }
  }
}
