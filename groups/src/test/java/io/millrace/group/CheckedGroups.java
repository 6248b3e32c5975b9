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
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A machine with its log, whose every decision is compared with {@link NaiveGroups}. Appends fail
 * and the broker crashes when the test says so.
 */
final class CheckedGroups {

  /** A decision whose records are not durable yet, and what to do then. */
  record Flight(Decision decision, Runnable done) {}

  private final Deque<Flight> pending = new ArrayDeque<>();
  private final Map<String, Map<String, Long>> lastSign = new HashMap<>();
  private final Set<String> takenOver = new HashSet<>();

  private List<EncodedGroupRecord> log = new ArrayList<>();
  private GroupMachine machine = new GroupMachine(GroupLimits.DEFAULT);
  private KnownTopics known;
  private NaiveGroups durable = new NaiveGroups();
  private NaiveGroups staged = new NaiveGroups();
  private long now;
  private int accepted;
  private int changes;
  private int decisions;

  CheckedGroups(KnownTopics known, long now) {
    this.known = known;
    this.now = now;
    machine.open(known, moment());
  }

  /** Moves the clock. */
  void now(long micros) {
    now = micros;
  }

  NaiveGroups durable() {
    return durable;
  }

  NaiveGroups staged() {
    return staged;
  }

  long nextDeadlineMicros() {
    return machine.nextDeadlineMicros();
  }

  int acceptedCommits() {
    return accepted;
  }

  int changes() {
    return changes;
  }

  int records() {
    return log.size();
  }

  /** Decides and stages a command; {@code done} runs when the records are durable. */
  Flight decide(Command command, Consumer<Decision> done) {
    if (command instanceof Command.TopicsChanged changed) {
      known = changed.topics();
    }
    Decision decision = machine.decide(command, moment());
    if (decisions++ % 8 == 0) {
      assertThat(NaiveGroups.normal(NaiveGroups.snapshotOf(machine)))
          .as("a decision changes nothing")
          .isEqualTo(staged.records());
    }
    checkReply(command, decision);
    NaiveGroups after = staged.copy();
    after.applyChecked(decision.records());
    staged.assertChange(command, after, known);
    machine.stage(decision);
    noteSigns(command, decision, after);
    countChanges(decision);
    staged = after;
    Flight flight = new Flight(decision, () -> done.accept(decision));
    pending.add(flight);
    return flight;
  }

  void durableUpTo(Flight flight) {
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

  void failAppend() {
    pending.clear();
    machine.rollBack(moment());
    staged = durable.copy();
    keepSigns();
    assertSameState();
  }

  void crash(Random random) {
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

  void rewriteLog() {
    if (!pending.isEmpty()) {
      return;
    }
    List<EncodedGroupRecord> shorter = new ArrayList<>();
    machine.snapshot(record -> shorter.add(GroupRecordCodec.encode(record)));
    assertThat(NaiveGroups.snapshotOf(replay(shorter)))
        .as("replay of the snapshot")
        .isEqualTo(NaiveGroups.snapshotOf(replay(log)));
    assertThat(replay(shorter).bytes()).isEqualTo(machine.bytes());
    assertThat(machine.snapshotRecords()).isEqualTo(shorter.size());
    log = shorter;
  }

  void assertSameState() {
    assertThat(NaiveGroups.normal(NaiveGroups.snapshotOf(machine))).isEqualTo(durable.records());
  }

  /** Members have sessions from now on if they have none. */
  private void keepSigns() {
    lastSign.keySet().retainAll(staged.groups());
    for (String group : staged.groups()) {
      Map<String, Long> signs = lastSign.computeIfAbsent(group, name -> new HashMap<>());
      signs.keySet().retainAll(staged.members(group).keySet());
      staged.members(group).keySet().forEach(member -> signs.putIfAbsent(member, now));
    }
  }

  /** The log, cut anywhere, is a state in which no partition has two owners, and it can go on. */
  void checkPrefixes(Random random) {
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

  /** After a tick, no session is over, and the next deadline is not too late. */
  void checkSessions() {
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

  private void countChanges(Decision decision) {
    for (GroupRecord record : decision.records()) {
      changes += record instanceof GroupRecord.CurrentSet ? 1 : 0;
    }
  }

  private Moment moment() {
    return new Moment(now, 1_700_000_000_000_000L + now);
  }
}
