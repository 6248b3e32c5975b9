package io.millrace.group;

import static io.millrace.group.TestGroups.SECOND;
import static io.millrace.group.TestGroups.SESSION;
import static io.millrace.group.TestGroups.errorOf;
import static io.millrace.group.TestGroups.messageOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OffsetsTest {

  private static final long DAY = 86_400 * SECOND;

  private final TestGroups groups = TestGroups.withTopic("orders", 2);
  private final PartitionId first = groups.partition("orders", 0);

  private Reply reset(long offset, boolean dryRun) {
    return groups.send(
        new Command.Reset("g", List.of(new Command.NewOffset(first, offset)), dryRun));
  }

  private void leave(String member) {
    groups.send(new Command.Leave("g", member, Command.Leave.ANY_EPOCH, false));
  }

  @Test
  void anOwnerCommitsForward() {
    long epoch = groups.join("a", "orders").epoch();

    assertThat(groups.commit("a", epoch, first, 10).error()).isEqualTo(ErrorCode.NONE);

    assertThat(groups.committed(first)).contains(10L);
    assertThat(groups.committed(groups.partition("orders", 1))).isEmpty();
  }

  @Test
  void theSameCommitAgainWritesNothing() {
    long epoch = groups.join("a", "orders").epoch();
    groups.commit("a", epoch, first, 10);

    assertThat(groups.commit("a", epoch, first, 10).error()).isEqualTo(ErrorCode.NONE);

    assertThat(groups.last.records()).isEmpty();
  }

  @Test
  void aCommitDoesNotGoBack() {
    long epoch = groups.join("a", "orders").epoch();
    groups.commit("a", epoch, first, 10);

    Reply.Outcome outcome = groups.commit("a", epoch, first, 9);

    assertThat(outcome.error()).isEqualTo(ErrorCode.OFFSET_BEHIND);
    assertThat(outcome.committed().orElseThrow().offset()).isEqualTo(10);
    assertThat(groups.committed(first)).contains(10L);
  }

  @Test
  void aMemberCommitsWhatItMustReleaseUntilItHasDroppedIt() {
    long old = groups.join("a", "orders").epoch();
    groups.join("b", "orders");
    PartitionId moving = groups.view("a").releasing().iterator().next();

    assertThat(groups.commit("a", old, moving, 5).error()).isEqualTo(ErrorCode.NONE);
    groups.settle("a");

    Reply.Outcome late = groups.commit("a", groups.view("a").epoch(), moving, 6);
    assertThat(late.error()).isEqualTo(ErrorCode.STALE_MEMBER);
    assertThat(late.owner()).isEqualTo("b");
    assertThat(late.message()).contains("'b'");
    assertThat(groups.committed(moving)).contains(5L);
  }

  @Test
  void aStaleEpochOfANewOwnerCommitsNothing() {
    long early = groups.join("b", "orders").epoch();
    groups.join("a", "orders");
    PartitionId moving = groups.view("b").releasing().iterator().next();
    groups.settle("b");
    leave("a");
    assertThat(groups.view("b").assigned()).contains(moving);

    assertThat(groups.commit("b", early, moving, 6).error()).isEqualTo(ErrorCode.STALE_MEMBER);
    assertThat(groups.machine.owns("g", "b", early, moving)).isFalse();
    assertThat(groups.machine.owns("g", "b", groups.view("b").epoch(), moving)).isTrue();
  }

  @Test
  void aZombieCommitsNothingAndHearsOfTheNewOwner() {
    long epoch = groups.join("a", "orders").epoch();
    groups.pass(SESSION);
    groups.join("b", "orders");

    Reply reply = groups.send(groups.committing("a", epoch, first, 10));

    assertThat(errorOf(reply)).isEqualTo(ErrorCode.UNKNOWN_MEMBER);
    assertThat(messageOf(reply)).contains("partition orders-0 belongs to member 'b'");
    assertThat(groups.committed(first)).isEmpty();
  }

  @Test
  void refusesPartitionsThatDoNotExistAndTextsThatAreTooLong() {
    long epoch = groups.join("a", "orders").epoch();
    PartitionId none = new PartitionId(first.topicId(), 2);
    PartitionId nowhere = new PartitionId(UUID.randomUUID(), 0);
    String longText = "x".repeat(GroupLimits.METADATA_BYTES);

    Reply reply =
        groups.send(
            new Command.Commit(
                "g",
                "a",
                epoch,
                List.of(
                    new Command.Position(none, 1, -1, ""),
                    new Command.Position(nowhere, 1, -1, ""),
                    new Command.Position(first, -1, -1, ""),
                    new Command.Position(first, 1, -1, longText + "x"),
                    new Command.Position(first, 1, -1, "\udc00"),
                    new Command.Position(first, 1, -1, longText))));

    assertThat(((Reply.Committed) reply).outcomes())
        .extracting(Reply.Outcome::error)
        .containsExactly(
            ErrorCode.UNKNOWN_PARTITION,
            ErrorCode.UNKNOWN_TOPIC,
            ErrorCode.INVALID_REQUEST,
            ErrorCode.INVALID_REQUEST,
            ErrorCode.INVALID_REQUEST,
            ErrorCode.NONE);
    for (GroupRecord record : groups.last.records()) {
      assertThat(GroupRecordCodec.decode(GroupRecordCodec.encode(record))).isEqualTo(record);
    }
  }

  @Test
  void refusesARequestWithTooManyPartitions() {
    List<PartitionId> many = Collections.nCopies(GroupLimits.PARTITIONS + 1, first);
    groups.join("a", "orders");

    assertThat(errorOf(groups.send(new Command.FetchOffsets("g", many))))
        .isEqualTo(ErrorCode.LIMIT_REACHED);
  }

  @Test
  void aClientWithoutAGroupCommitsOnlyWhileNobodyIsInTheGroup() {
    assertThat(groups.commit("", -1, first, 3).error()).isEqualTo(ErrorCode.NONE);
    groups.join("a", "orders");

    assertThat(errorOf(groups.send(groups.committing("", -1, first, 4))))
        .isEqualTo(ErrorCode.GROUP_NOT_EMPTY);
    assertThat(errorOf(groups.send(groups.committing("", 4, first, 4))))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(groups.committed(first)).contains(3L);
  }

  @Test
  void aResetNeedsAGroupWithoutMembersAndMayGoBack() {
    assertThat(errorOf(reset(1, false))).isEqualTo(ErrorCode.UNKNOWN_GROUP);
    long epoch = groups.join("a", "orders").epoch();
    groups.commit("a", epoch, first, 10);
    Reply live = reset(1, false);
    assertThat(errorOf(live)).isEqualTo(ErrorCode.GROUP_NOT_EMPTY);
    assertThat(messageOf(live)).contains("'a'");
    leave("a");

    reset(2, true);
    assertThat(groups.committed(first)).as("after a dry run").contains(10L);
    reset(2, false);
    assertThat(groups.committed(first)).contains(2L);
    reset(Command.NewOffset.NONE, false);
    assertThat(groups.committed(first)).isEmpty();
  }

  @Test
  void aDeletionNeedsAGroupWithoutMembers() {
    long epoch = groups.join("a", "orders").epoch();
    groups.commit("a", epoch, first, 10);
    assertThat(errorOf(groups.send(new Command.Delete("g")))).isEqualTo(ErrorCode.GROUP_NOT_EMPTY);
    leave("a");

    assertThat(groups.send(new Command.Delete("g"))).isEqualTo(new Reply.Done());

    assertThat(errorOf(groups.send(new Command.Describe("g")))).isEqualTo(ErrorCode.UNKNOWN_GROUP);
    assertThat(groups.machine.bytes()).isZero();
  }

  @Test
  void positionsDoNotExpireByThemselves() {
    long epoch = groups.join("a", "orders").epoch();
    groups.commit("a", epoch, first, 10);
    leave("a");

    groups.pass(365 * DAY / 100);

    assertThat(groups.committed(first)).contains(10L);
    assertThat(groups.describe().lastMember()).isEqualTo("a");
    assertThat(groups.describe().emptySinceMicros()).isPositive();
  }

  @Test
  void positionsExpireAfterARetentionTimeWithoutMembers() {
    long epoch = groups.join("a", "orders").epoch();
    groups.commit("a", epoch, first, 10);
    groups.send(new Command.Configure("g", DAY / 100));
    for (int i = 0; i < 100; i++) {
      groups.pass(DAY / 10_000);
      groups.settle("a");
    }
    groups.pass(DAY / 10_000);
    leave("a");
    groups.pass(DAY / 100 - SECOND);
    assertThat(groups.committed(first)).contains(10L);

    groups.pass(120 * SECOND);

    assertThat(groups.machine.groups()).isZero();
  }

  @Test
  void aDeletedTopicTakesItsPositionsAndANewOneOfItsNameStartsFresh() {
    long epoch = groups.join("a", "orders").epoch();
    groups.commit("a", epoch, first, 10);

    groups.deleteTopic("orders");
    assertThat(groups.view("a").assigned()).isEmpty();
    assertThat(groups.committed(first)).isEmpty();

    groups.topic("orders", 2);
    assertThat(groups.view("a").assigned()).hasSize(2).doesNotContain(first);
    assertThat(groups.committed(groups.partition("orders", 0))).isEmpty();
  }

  @Test
  void anUnavailableTopicKeepsItsPositions() {
    long epoch = groups.join("a", "orders").epoch();
    groups.commit("a", epoch, first, 10);
    GroupTopic orders = groups.topics.remove("orders");
    groups.unavailable.add(orders.id());

    groups.topicsChanged();

    assertThat(groups.view("a").releasing()).hasSize(2);
    assertThat(groups.committed(first)).contains(10L);
    groups.unavailable.clear();
    groups.topics.put("orders", orders);
    groups.topicsChanged();
    assertThat(groups.view("a").assigned()).hasSize(2);
  }

  @Test
  void aFullMemoryRefusesCommits() {
    TestGroups small = new TestGroups(new GroupLimits(10, 10, 3_500));
    small.topic("orders", 2);
    long epoch = small.join("a", "orders").epoch();
    PartitionId partition = small.partition("orders", 0);
    Reply big =
        small.send(
            new Command.Commit(
                "g",
                "a",
                epoch,
                List.of(new Command.Position(partition, 1, -1, "x".repeat(2_000)))));

    assertThat(errorOf(big)).isEqualTo(ErrorCode.LIMIT_REACHED);
    assertThat(small.committed(partition)).isEmpty();
    assertThat(small.send(new Command.Leave("g", "a", Command.Leave.ANY_EPOCH, false)))
        .isEqualTo(new Reply.Done());
  }

  @Test
  void aPositionAfterTheEndOfTheLogIsRefused() {
    long epoch = groups.join("a", "orders").epoch();
    groups.ends.put(first, 10L);

    Reply.Outcome after = groups.commit("a", epoch, first, 11);

    assertThat(after.error()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(after.message())
        .isEqualTo(
            "offset 11 of orders-0 is after the end of the log, 10, which is the largest position");
    assertThat(after.committed()).isEmpty();
    assertThat(groups.commit("a", epoch, first, 10).error()).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void aResetToAPositionAfterTheEndOfTheLogChangesNothing() {
    groups.commit("", -1, first, 3);
    groups.ends.put(first, 10L);

    Reply answer =
        groups.send(
            new Command.Reset(
                "g",
                List.of(
                    new Command.NewOffset(groups.partition("orders", 1), 1),
                    new Command.NewOffset(first, 11)),
                false));

    assertThat(answer)
        .isInstanceOfSatisfying(
            Reply.Refusal.class,
            refusal -> assertThat(refusal.error()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE));
    assertThat(groups.committed(first)).contains(3L);
    assertThat(groups.committed(groups.partition("orders", 1))).isEmpty();
  }
}
