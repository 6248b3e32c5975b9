package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.group.Command;
import io.millrace.group.CommittedOffset;
import io.millrace.group.MemberSettings;
import io.millrace.group.MemberSubscription;
import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.LagReason;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups whose state is in the log of groups. */
@ParameterizedClass
@EnumSource(Engine.class)
class GroupCoordinatorTest {

  private static final long SESSION_MICROS = 60_000_000;

  private final Engine engine;
  private final TestBroker test;

  GroupCoordinatorTest(Engine engine) {
    this.engine = engine;
    test = new TestBroker(engine);
  }

  @AfterEach
  void close() {
    test.close();
  }

  private <T> T result(CompletableFuture<T> future) {
    test.owner.runUntilDone(future);
    return Await.result(future);
  }

  private Reply ask(Command.OfGroup command) {
    return result(test.broker.groups().submit(command));
  }

  private <T extends Reply> T ask(Command.OfGroup command, Class<T> type) {
    Reply reply = ask(command);
    assertThat(reply).isInstanceOf(type);
    return type.cast(reply);
  }

  private static Command.Join join(String group, String member, String... topics) {
    return join(group, member, SESSION_MICROS, topics);
  }

  private static Command.Join join(
      String group, String member, long sessionMicros, String... topics) {
    return new Command.Join(
        group,
        member,
        new MemberSettings("", "client", "host", sessionMicros, 0),
        MemberSubscription.of(topics),
        Optional.empty());
  }

  private static Command.Beat beat(String group, String member, Reply.Assignment assignment) {
    return new Command.Beat(
        group,
        member,
        assignment.epoch(),
        assignment.assigned(),
        Optional.empty(),
        Optional.empty(),
        "");
  }

  private static Command.Commit commit(
      String group, String member, long epoch, PartitionId partition, long offset) {
    return new Command.Commit(
        group, member, epoch, List.of(new Command.Position(partition, offset, -1, "")));
  }

  private Reply.Assignment joined(String group, String member, String... topics) {
    return ask(join(group, member, topics), Reply.Assignment.class);
  }

  private long committed(String group, PartitionId partition) {
    Reply.Offsets offsets =
        ask(new Command.FetchOffsets(group, List.of(partition)), Reply.Offsets.class);
    return offsets.offsets().stream()
        .findFirst()
        .map(Reply.PartitionOffset::committed)
        .map(CommittedOffset::offset)
        .orElse(-1L);
  }

  /** The topic "rides" with more events than a test commits. */
  private Partition longTopic() {
    Partition partition = test.topic("rides");
    test.appendSynced(partition, Batches.atTimes(new long[30_000]));
    return partition;
  }

  private static PartitionId id(Partition partition) {
    return new PartitionId(partition.id().topicId(), partition.id().partition());
  }

  private void assertRefused(CompletableFuture<?> future, ErrorCode code) {
    assertThatThrownBy(() -> result(future))
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  @Test
  void aGroupSurvivesARestartAndAKill() {
    PartitionId partition = id(longTopic());
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    assertThat(assignment.assigned()).containsExactly(partition);
    ask(commit("billing", "m1", assignment.epoch(), partition, 7), Reply.Committed.class);
    test.restart();
    assertThat(committed("billing", partition)).isEqualTo(7);
    ask(commit("billing", "m1", assignment.epoch(), partition, 9), Reply.Committed.class);
    test.kill();
    assertThat(committed("billing", partition)).isEqualTo(9);
    Reply.Assignment after = ask(beat("billing", "m1", assignment), Reply.Assignment.class);
    assertThat(after).isEqualTo(assignment);
    assertThat(result(test.broker.groups().list()).groups())
        .extracting(Reply.Summary::group)
        .containsExactly("billing");
  }

  @Test
  void theLogOfGroupsIsMadeByTheFirstGroupOnly() {
    test.topic("rides");
    assertThat(test.broker.groupsInUse()).isEmpty();
    assertThat(result(test.broker.groups().list()).groups()).isEmpty();
    assertThat(ask(new Command.Describe("billing"), Reply.Refusal.class).error())
        .isEqualTo(ErrorCode.UNKNOWN_GROUP);
    assertThat(ask(join(" ", "m1", "rides"), Reply.Refusal.class).error())
        .isEqualTo(ErrorCode.INVALID_GROUP_NAME);
    assertThat(test.broker.topics()).extracting(Topic::name).containsExactly("rides");
    joined("billing", "m1", "rides");
    Topic log = test.broker.topic("__groups");
    assertThat(log.internal()).isTrue();
    assertThat(log.partitions()).hasSize(GroupCoordinator.PARTITIONS);
  }

  @Test
  void aMemberLearnsOfATopicThatIsCreatedLater() {
    test.topic("rides");
    List<Reply> news = new ArrayList<>();
    Reply.Assignment assignment = joined("billing", "m1", "rides", "trips");
    test.broker.groups().listen("billing", "m1", notice -> news.add(notice.news()));
    assertThat(assignment.assigned()).hasSize(1);
    test.topic("trips");
    test.owner.runUntil(() -> !news.isEmpty());
    Reply.Assignment grown = (Reply.Assignment) news.get(0);
    assertThat(grown.assigned()).hasSize(2);
    test.addPartitions("trips", 2);
    test.owner.runUntil(() -> news.size() > 1);
    assertThat(((Reply.Assignment) news.get(1)).assigned()).hasSize(3);
    test.deleteTopic("trips");
    test.owner.runUntil(() -> news.size() > 2);
    assertThat(((Reply.Assignment) news.get(2)).assigned()).hasSize(1);
  }

  @Test
  void aMemberIsToldThatAnotherOneGetsItsPartition() {
    test.createTopic("rides", 2, Map.of());
    List<Reply> news = new ArrayList<>();
    Reply.Assignment first = joined("billing", "m1", "rides");
    test.broker.groups().listen("billing", "m1", notice -> news.add(notice.news()));
    Reply.Assignment second = joined("billing", "m2", "rides");
    assertThat(second.assigned()).isEmpty();
    test.owner.runUntil(() -> !news.isEmpty());
    Reply.Assignment told = (Reply.Assignment) news.get(0);
    assertThat(told.epoch()).isGreaterThan(first.epoch());
    assertThat(told.assigned()).hasSize(1);
    assertThat(told.releasing()).hasSize(1);
  }

  @Test
  void aSessionWithoutBeatsEnds() {
    test.topic("rides");
    List<Reply> news = new ArrayList<>();
    ask(join("billing", "m1", 100_000, "rides"), Reply.Assignment.class);
    test.broker.groups().listen("billing", "m1", notice -> news.add(notice.news()));
    test.owner.runUntil(() -> !news.isEmpty());
    assertThat(((Reply.Refusal) news.get(0)).error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER);
  }

  @Test
  void aSessionWithoutBeatsEndsUnderAConstantLoad() {
    test.topic("rides");
    List<Reply> news = new ArrayList<>();
    ask(join("billing", "m1", 100_000, "rides"), Reply.Assignment.class);
    test.broker.groups().listen("billing", "m1", notice -> news.add(notice.news()));
    long deadline = System.nanoTime() + Duration.ofSeconds(Await.LIMIT_SECONDS).toNanos();
    AtomicBoolean over = new AtomicBoolean();
    for (int i = 0; i < 3 * 1_000; i++) { // more than one round takes
      askAgainAndAgain(new Command.FetchOffsets("billing", List.of()), over);
    }
    test.owner.runUntil(() -> !news.isEmpty() || System.nanoTime() - deadline > 0);
    over.setPlain(true);
    assertThat(news).isNotEmpty();
    assertThat(((Reply.Refusal) news.get(0)).error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER);
  }

  private void askAgainAndAgain(Command.OfGroup command, AtomicBoolean over) {
    test.broker
        .groups()
        .submit(command)
        .whenComplete(
            (reply, failure) -> {
              if (!over.getPlain() && failure == null) {
                askAgainAndAgain(command, over);
              }
            });
  }

  @Test
  void aFullDiskRefusesAndChangesNothing() {
    PartitionId partition = id(longTopic());
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    Command.Commit commit = commit("billing", "m1", assignment.epoch(), partition, 7);
    test.storage.failingAppend = new StorageException(ErrorCode.DISK_FULL, "full, says the test");
    assertRefused(test.broker.groups().submit(commit), ErrorCode.DISK_FULL);
    assertThat(committed("billing", partition)).isEqualTo(-1);
    test.storage.failingAppend = null;
    ask(commit, Reply.Committed.class);
    assertThat(committed("billing", partition)).isEqualTo(7);
    assertThat(ask(beat("billing", "m1", assignment))).isEqualTo(assignment);
  }

  @Test
  void aFailedFsyncRefusesTheGroupsUntilARestart() {
    PartitionId partition = id(longTopic());
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    Partition log =
        test.broker.topic("__groups").partitions().get(GroupCoordinator.shardOf("billing"));
    test.storage.failingForces.add(log.id());
    Command.Commit commit = commit("billing", "m1", assignment.epoch(), partition, 7);
    assertRefused(test.broker.groups().submit(commit), ErrorCode.STORAGE_FAILED);
    assertRefused(test.broker.groups().submit(commit), ErrorCode.STORAGE_FAILED);
    assertThat(test.broker.groups().failures()).hasSize(1);
    test.restart();
    assertThat(ask(commit)).isInstanceOf(Reply.Committed.class);
    assertThat(committed("billing", partition)).isEqualTo(7);
  }

  @Test
  void aReplyWithoutRecordsWaitsForTheRecordsBeforeIt() {
    PartitionId partition = id(longTopic());
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    test.storage.holdForces();
    CompletableFuture<Reply> commit =
        test.broker.groups().submit(commit("billing", "m1", assignment.epoch(), partition, 7));
    test.owner.runAll();
    CompletableFuture<Reply> fetch =
        test.broker.groups().submit(new Command.FetchOffsets("billing", List.of(partition)));
    test.owner.runAll();
    assertThat(commit).isNotDone();
    assertThat(fetch).isNotDone();
    test.storage.letAllForces();
    result(commit);
    assertThat(((Reply.Offsets) result(fetch)).offsets()).hasSize(1);
  }

  @Test
  void aFenceEndsTheSubscriptionOfAMemberThatLostItsPartition() {
    Partition partition = test.topic("rides");
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    GroupClaim claim = new GroupClaim("billing", "m1", assignment.epoch(), id(partition));
    GroupFence fence = result(test.broker.groups().guard(claim));
    Collector collector = new Collector();
    Partition.Subscribed subscribed =
        partition.subscribe(
            new SubscriptionSpec(
                new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, 1000, List.of()),
            collector);
    subscribed.subscription().resume();
    fence.guard(subscribed);
    test.owner.runAll();
    assertThat(collector.end()).isNull();
    ask(new Command.Leave("billing", "m1", assignment.epoch(), false), Reply.Done.class);
    test.owner.runUntil(() -> collector.end() != null);
    assertThat(collector.end().code()).isEqualTo(ErrorCode.STALE_MEMBER);
    assertRefused(test.broker.groups().guard(claim), ErrorCode.STALE_MEMBER);
  }

  @Test
  void commandsWaitWhileTheLogIsReplayedAndAreRefusedAtTheStop() {
    test.topic("rides");
    joined("billing", "m1", "rides");
    test.restart();
    CompletableFuture<Reply> waiting = test.broker.groups().submit(new Command.Describe("billing"));
    assertThat(waiting).isNotDone();
    assertThat(result(waiting)).isInstanceOf(Reply.Description.class);
    Broker closed = test.broker;
    GroupCoordinator groups = closed.groups();
    test.restart();
    assertRefused(groups.submit(new Command.Describe("billing")), ErrorCode.SHUTTING_DOWN);
  }

  @Test
  void aReservedNameIsNotForClients() {
    test.topic("rides");
    joined("billing", "m1", "rides");
    assertThatThrownBy(() -> test.createTopic("__groups2", 1, Map.of()))
        .isInstanceOfSatisfying(
            BrokerException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TOPIC_NAME));
    assertThatThrownBy(() -> test.deleteTopic("__groups")).hasStackTraceContaining("internal");
    assertThatThrownBy(() -> test.addPartitions("__groups", 9)).hasMessageContaining("internal");
  }

  private Partition logOf(String group) {
    return test.broker.topic("__groups").partitions().get(GroupCoordinator.shardOf(group));
  }

  /** So few commits that a shard decides on them in the time of one run, on any machine. */
  private static final int FEW = 50;

  /** Commits the next thousand offsets, and returns the last of them. */
  private long commitThousand(Reply.Assignment assignment, PartitionId partition, long after) {
    return commitNext(1_000, assignment, partition, after);
  }

  /** Commits offsets until a few more make the log so long that it is replaced. */
  private long commitAlmostToASnapshot(Reply.Assignment assignment, PartitionId partition) {
    long records = logOf("billing").offsets().end();
    long offset = 0;
    while (records + offset < GroupSnapshots.MIN_RECORDS - 2 * FEW) {
      offset = commitNext(FEW, assignment, partition, offset);
    }
    return offset;
  }

  private long commitNext(
      int count, Reply.Assignment assignment, PartitionId partition, long after) {
    List<CompletableFuture<Reply>> commits = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      commits.add(
          test.broker
              .groups()
              .submit(commit("billing", "m1", assignment.epoch(), partition, after + i)));
    }
    result(CompletableFuture.allOf(commits.toArray(CompletableFuture[]::new)));
    return after + count;
  }

  @Test
  void theLogIsReplacedByASnapshotWhenItIsLong() {
    PartitionId partition = id(longTopic());
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    Partition log =
        test.broker.topic("__groups").partitions().get(GroupCoordinator.shardOf("billing"));
    long offset = 0;
    while (offset <= GroupSnapshots.MIN_RECORDS) {
      offset = commitThousand(assignment, partition, offset);
    }
    test.owner.runUntil(() -> log.offsets().start() > 0);
    assertThat(log.offsets().end() - log.offsets().start()).isLessThan(GroupSnapshots.MIN_RECORDS);
    test.kill();
    assertThat(committed("billing", partition)).isEqualTo(offset);
    assertThat(ask(beat("billing", "m1", assignment))).isEqualTo(assignment);
  }

  /** At each moment of a snapshot: appended, durable, and when the events before it are gone. */
  @ParameterizedTest
  @EnumSource(SnapshotMoment.class)
  void aKillWhileASnapshotIsMadeLosesNothing(SnapshotMoment moment) {
    PartitionId partition = id(longTopic());
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    ask(
        new Command.Join(
            "billing",
            "m2",
            new MemberSettings("static", "client", "host", SESSION_MICROS, 0),
            MemberSubscription.of("rides", "trips"),
            Optional.empty()),
        Reply.Assignment.class);
    Reply.Description before = ask(new Command.Describe("billing"), Reply.Description.class);
    Partition log = logOf("billing");
    long offset = commitAlmostToASnapshot(assignment, partition);
    long end = log.offsets().end();
    test.storage.holdForces();
    List<CompletableFuture<Reply>> commits = new ArrayList<>();
    for (int i = 0; i < 2 * FEW; i++) {
      commits.add(
          test.broker
              .groups()
              .submit(commit("billing", "m1", assignment.epoch(), partition, ++offset)));
    }
    test.owner.runAll();
    assertThat(log.offsets().end()).as("commits and a snapshot").isGreaterThan(end + 2 * FEW);
    if (moment != SnapshotMoment.APPENDED) {
      test.storage.letAllForces();
      result(CompletableFuture.allOf(commits.toArray(CompletableFuture[]::new)));
    }
    if (moment == SnapshotMoment.DELETED) {
      test.owner.runUntil(() -> log.offsets().start() > 0);
    }
    test.kill();
    assertThat(committed("billing", partition)).isEqualTo(offset);
    Reply.Description after = ask(new Command.Describe("billing"), Reply.Description.class);
    assertThat(after.epoch()).isEqualTo(before.epoch());
    assertThat(after.members()).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(after.members().get(i).settings()).isEqualTo(before.members().get(i).settings());
      assertThat(after.members().get(i).assigned()).isEqualTo(before.members().get(i).assigned());
      assertThat(after.members().get(i).target()).isEqualTo(before.members().get(i).target());
    }
  }

  @Test
  void aPowerFailureBeforeASnapshotIsDurableLosesNothing() {
    assumeThat(engine).isEqualTo(Engine.MEMORY);
    Partition rides = longTopic();
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    long offset = commitAlmostToASnapshot(assignment, id(rides));
    test.storage.holdForces();
    for (int i = 1; i <= 2 * FEW; i++) {
      test.broker
          .groups()
          .submit(commit("billing", "m1", assignment.epoch(), id(rides), offset + i));
    }
    test.owner.runAll();
    result(rides.deleteBefore(0)); // runs after a deletion that must not be there
    test.cutPower();
    assertThat(committed("billing", id(rides))).isEqualTo(offset);
    assertThat(ask(beat("billing", "m1", assignment))).isEqualTo(assignment);
  }

  enum SnapshotMoment {
    APPENDED,
    DURABLE,
    DELETED
  }

  @Test
  void damageInTheLogRefusesItsGroupsAndSaysWhatToDo() {
    PartitionId partition = id(longTopic());
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    ask(commit("billing", "m1", assignment.epoch(), partition, 7), Reply.Committed.class);
    test.restart(
        storage -> {
          storage.coldFrom = 0;
          storage.beforeLoad =
              () -> {
                throw new StorageException(ErrorCode.CORRUPT_LOG, "damaged, says the test");
              };
          storage.damage.add(new DamagedOffsets(0, 1, "the test"));
        });
    CompletableFuture<Reply> refused =
        test.broker.groups().submit(new Command.FetchOffsets("billing", List.of()));
    assertThatThrownBy(() -> result(refused))
        .hasMessageContaining("Damage in the log of groups")
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_LOG));
    assertRefused(test.broker.groups().list(), ErrorCode.CORRUPT_LOG);
  }

  @Test
  void aRecordThatCannotBeReadRefusesItsGroups() {
    PartitionId partition = id(longTopic());
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    Partition log =
        test.broker.topic("__groups").partitions().get(GroupCoordinator.shardOf("billing"));
    Answer answer = new Answer();
    log.appendInternal(Batches.of("not a record"), AckLevel.SYNCED, answer);
    test.owner.runUntil(answer::isDone);
    test.restart();
    CompletableFuture<Reply> refused =
        test.broker.groups().submit(commit("billing", "m1", assignment.epoch(), partition, 7));
    assertThatThrownBy(() -> result(refused))
        .hasMessageContaining("offset " + answer.offset())
        .hasMessageContaining("partition " + log.id().partition())
        .hasMessageContaining("Damage in the log of groups")
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_LOG));
    assertThat(test.broker.groups().failures()).hasSize(1);
    String other = otherShard("billing");
    assertThat(joined(other, "m1", "rides").assigned()).hasSize(1);
  }

  private static String otherShard(String group) {
    int i = 0;
    while (GroupCoordinator.shardOf(group + i) == GroupCoordinator.shardOf(group)) {
      i++;
    }
    return group + i;
  }

  private GroupLag lag() {
    GroupDescription description = result(test.broker.groups().describe("billing"));
    assertThat(description.lags()).hasSize(1);
    return description.lags().get(0);
  }

  @Test
  void partitionsWithoutAPositionLagFromTheirStart() {
    List<Partition> partitions = test.createTopic("rides", 3, Map.of()).partitions();
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    for (Partition partition : partitions) {
      test.appendSynced(partition, Batches.atTimes(1, 2));
    }
    ask(
        commit("billing", "m1", assignment.epoch(), id(partitions.get(1)), 2),
        Reply.Committed.class);
    ask(new Command.Leave("billing", "m1", Command.Leave.ANY_EPOCH, false), Reply.Done.class);

    GroupDescription empty = result(test.broker.groups().describe("billing"));
    assertThat(empty.lags())
        .extracting(lag -> lag.view().partition().partition(), GroupLag::events, GroupLag::reason)
        .containsExactlyInAnyOrder(
            tuple(0, 2L, LagReason.NO_MEMBER),
            tuple(1, 0L, LagReason.NO_MEMBER),
            tuple(2, 2L, LagReason.NO_MEMBER));
  }

  @Test
  void theLagIsTheTimeSinceTheNextEventWasAppended() {
    Partition partition = test.topic("rides");
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    assertThat(lag().events()).isZero();
    test.appendSynced(partition, Batches.of("a"));
    test.clock.move(Duration.ofSeconds(3));
    test.appendSynced(partition, Batches.atTimes(1, 2));
    test.clock.move(Duration.ofSeconds(2));
    assertThat(lag().events()).isEqualTo(3);
    assertThat(lag().micros()).isEqualTo(5_000_000);
    assertThat(lag().reason()).isEqualTo(LagReason.NOT_POLLING);
    ask(commit("billing", "m1", assignment.epoch(), id(partition), 1), Reply.Committed.class);
    assertThat(lag().events()).isEqualTo(2);
    assertThat(lag().micros()).isEqualTo(2_000_000);
    ask(commit("billing", "m1", assignment.epoch(), id(partition), 2), Reply.Committed.class);
    assertThat(lag().events()).isEqualTo(1);
    assertThat(lag().micros()).as("within a batch that is known").isEqualTo(2_000_000);
    ask(commit("billing", "m1", assignment.epoch(), id(partition), 3), Reply.Committed.class);
    assertThat(lag().micros()).isZero();
    assertThat(lag().reason()).isEqualTo(LagReason.OK);
  }

  @Test
  void aPositionThatWasDeletedIsBlockedAndAnUnownedPartitionHasNoMember() {
    Partition partition = test.topic("rides");
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    test.appendSynced(partition, Batches.of("a"));
    test.appendSynced(partition, Batches.of("b"));
    ask(commit("billing", "m1", assignment.epoch(), id(partition), 0), Reply.Committed.class);
    result(partition.deleteBefore(1));
    assertThat(lag().reason()).isEqualTo(LagReason.BLOCKED);
    assertThat(lag().events()).isEqualTo(1);
    ask(new Command.Leave("billing", "m1", assignment.epoch(), false), Reply.Done.class);
    assertThat(lag().reason()).isEqualTo(LagReason.NO_MEMBER);
    assertThat(lag().text()).contains("'m1'");
  }

  @Test
  void aSubscriptionWithoutCreditAndAnEventThatComesAgainAreSeen() {
    Partition partition = test.topic("rides");
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    test.appendSynced(partition, Batches.of("a"));
    test.appendSynced(partition, Batches.of("b"));
    test.clock.move(Duration.ofSeconds(2));
    GroupClaim claim = new GroupClaim("billing", "m1", assignment.epoch(), id(partition));
    ask(commit("billing", "m1", assignment.epoch(), id(partition), 0), Reply.Committed.class);
    for (int i = 1; i <= GroupLagReasons.POISON_STARTS; i++) {
      GroupFence fence = result(test.broker.groups().guard(claim));
      Partition.Subscribed subscribed =
          partition.subscribe(
              new SubscriptionSpec(
                  new SubscriptionStart.Offset(0), IsolationLevel.DURABLE, 1, List.of()),
              new Collector());
      fence.guard(subscribed);
      subscribed.subscription().resume();
      test.owner.runAll();
      assertThat(lag().reason())
          .isEqualTo(i < GroupLagReasons.POISON_STARTS ? LagReason.NO_CREDIT : LagReason.POISON);
      subscribed.subscription().close();
      fence.close();
      test.owner.runAll();
    }
  }

  @Test
  void aListKnowsTheLagsAfterARefresh() {
    Partition partition = test.topic("rides");
    joined("billing", "m1", "rides");
    test.appendSynced(partition, Batches.of("a"));
    assertThat(test.broker.groups().lagOf("billing")).isEmpty();
    result(test.broker.groups().refreshLags());
    assertThat(test.broker.groups().lagOf("billing"))
        .hasValueSatisfying(lag -> assertThat(lag.events()).isEqualTo(1));
    assertThat(test.broker.groups().lags()).containsOnlyKeys("billing");
  }

  /** Nothing that makes a group larger is taken, but members live on and can leave. */
  @Test
  void membersLiveOnWhenTheMemoryOfTheGroupsIsFull() {
    PartitionId partition = id(longTopic());
    Reply.Assignment assignment = joined("billing", "m1", "rides");
    MemoryShare share = test.broker.memory().share(MemoryBudget.Use.GROUPS);
    share.reserve(share.limit());
    assertThat(ask(join("other", "m2", "rides"), Reply.Refusal.class).error())
        .isEqualTo(ErrorCode.LIMIT_REACHED);
    assertThat(ask(beat("billing", "m1", assignment))).isEqualTo(assignment);
    assertThat(ask(commit("billing", "m1", assignment.epoch(), partition, 1)))
        .isInstanceOf(Reply.Refusal.class);
    ask(new Command.Leave("billing", "m1", assignment.epoch(), false), Reply.Done.class);
    share.release(share.limit());
    joined("other", "m2", "rides");
  }

  @Test
  void tooMuchThatWaitsIsRefusedWithARetriableCode() {
    test.topic("rides");
    joined("billing", "m1", "rides");
    List<CompletableFuture<Reply>> waiting = new ArrayList<>();
    CompletableFuture<Reply> last;
    do {
      last = test.broker.groups().submit(new Command.Describe("billing"));
      waiting.add(last);
      assertThat(waiting).hasSizeLessThanOrEqualTo(GroupInbox.MAX_WAITING + 1);
    } while (!last.isDone());
    assertRefused(last, ErrorCode.TOO_MANY_IN_FLIGHT);
    assertThat(ErrorCode.TOO_MANY_IN_FLIGHT.retriable()).isTrue();
    assertThat(result(waiting.get(0))).isInstanceOf(Reply.Description.class);
    assertThat(result(waiting.get(waiting.size() - 2))).isInstanceOf(Reply.Description.class);
  }

  @Test
  void tenThousandGroupsComeBack() {
    PartitionId partition = id(longTopic());
    List<CompletableFuture<Reply>> commits = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      commits.add(
          test.broker
              .groups()
              .submit(commit("group-" + i, "", Command.Commit.NO_MEMBER_EPOCH, partition, i)));
    }
    result(CompletableFuture.allOf(commits.toArray(CompletableFuture[]::new)));
    assertThat(commits)
        .allSatisfy(commit -> assertThat(commit.join()).isInstanceOf(Reply.Committed.class));
    test.kill();
    assertThat(committed("group-9999", partition)).isEqualTo(9999);
    assertThat(result(test.broker.groups().list()).groups()).hasSize(10_000);
    assertThat(test.broker.groups().groups()).isEqualTo(10_000);
    assertThat(Set.copyOf(result(test.broker.groups().list()).groups())).hasSize(10_000);
  }

  @Test
  void aPositionAfterTheEndOfTheLogIsRefusedAlsoFromTheFirstCommand() {
    Partition rides = test.topic("rides");
    test.appendSynced(rides, Batches.atTimes(1, 2));

    Reply.Committed committed =
        ask(
            commit("billing", "", Command.Commit.NO_MEMBER_EPOCH, id(rides), 3),
            Reply.Committed.class);

    assertThat(committed.outcomes().get(0).error()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    ask(commit("billing", "", Command.Commit.NO_MEMBER_EPOCH, id(rides), 2), Reply.Committed.class);
    assertThat(committed("billing", id(rides))).isEqualTo(2);
    committed =
        ask(
            commit("billing", "", Command.Commit.NO_MEMBER_EPOCH, id(rides), Long.MAX_VALUE),
            Reply.Committed.class);
    assertThat(committed.outcomes().get(0).error()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(committed("billing", id(rides))).isEqualTo(2);
  }
}
