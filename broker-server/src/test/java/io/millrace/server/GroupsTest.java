package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.CommitOffsetsResponse;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeGroupResponse;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FetchOffsetsRequest;
import io.millrace.protocol.wire.FetchOffsetsResponse;
import io.millrace.protocol.wire.GroupAssignment;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupBeatResponse;
import io.millrace.protocol.wire.GroupChangedPush;
import io.millrace.protocol.wire.GroupPartitionInfo;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.LeaveGroupRequest;
import io.millrace.protocol.wire.ListGroupsRequest;
import io.millrace.protocol.wire.ListGroupsResponse;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.OffsetToCommit;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.SubscriptionEndedPush;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicPartition;
import io.millrace.protocol.wire.TopicResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Consumer groups over the wire. */
@ExtendWith(NoLeaks.class)
class GroupsTest {

  private static final long SESSION_MICROS = 60_000_000;

  @TempDir Path directory;

  private MillraceServer server;
  private WireClient first;
  private WireClient second;
  private TopicInfo topic;

  @BeforeEach
  void start() {
    server = TestServers.start("mapped", directory, Map.of());
    first = WireClient.hello(server.port());
    second = WireClient.hello(server.port());
    topic = first.ask(new CreateTopicRequest("rides", 2, Map.of()), TopicResponse.class).topic();
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
    server.close();
  }

  private GroupAssignment join(WireClient client, String member) {
    JoinGroupRequest join =
        new JoinGroupRequest(
            "billing",
            member,
            "",
            SESSION_MICROS,
            0,
            GroupAssignor.AS_THE_GROUP,
            new GroupSubscription(1, List.of("rides"), ""));
    return client.ask(join, JoinGroupResponse.class).assignment();
  }

  /** A member that would be refused only when it gets partitions might never hear of it. */
  @Test
  void aJoinWithATextThatIsNoFilterIsRefusedWithThePlace() {
    ErrorResponse refusal =
        first.ask(
            new JoinGroupRequest(
                "billing",
                "m1",
                "",
                SESSION_MICROS,
                0,
                GroupAssignor.AS_THE_GROUP,
                new GroupSubscription(1, List.of("rides"), ""),
                "size > "),
            ErrorResponse.class);
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_FILTER);
    assertThat(refusal.message()).contains("character 8 of the filter").contains("\n         ^\n");
    assertThat(join(second, "m2").assigned()).hasSize(2);
  }

  private static GroupBeatRequest beat(String member, long epoch, List<TopicPartition> owned) {
    return new GroupBeatRequest(
        "billing", member, epoch, "", owned, -1, 0, GroupSubscription.UNCHANGED);
  }

  private CommitOffsetsRequest commit(String member, long epoch, int partition, long offset) {
    return new CommitOffsetsRequest(
        "billing",
        member,
        epoch,
        List.of(new OffsetToCommit(topic.id(), partition, offset, -1, "text")));
  }

  private SubscribeRequest subscribe(String member, long epoch, int partition) {
    return new SubscribeRequest(
        7,
        topic.id(),
        partition,
        StartKind.EARLIEST,
        0,
        IsolationLevel.DURABLE,
        1000,
        List.of(),
        "",
        "billing",
        member,
        epoch);
  }

  @Test
  void aMemberWithoutItsGroupIsRefused() {
    for (long epoch : new long[] {0, 1}) {
      SubscribeRequest unguarded =
          new SubscribeRequest(
              7,
              topic.id(),
              0,
              StartKind.EARLIEST,
              0,
              IsolationLevel.DURABLE,
              1000,
              List.of(),
              "",
              "",
              epoch == 0 ? "m1" : "",
              epoch);
      int sent = first.send(SubscribeRequest.FILTER_SINCE, unguarded);
      assertThat(first.answerTo(sent, ErrorResponse.class).code())
          .isEqualTo(ErrorCode.INVALID_REQUEST);
    }
  }

  @Test
  void aMemberJoinsCommitsAndLeaves() {
    GroupAssignment assignment = join(first, "m1");
    assertThat(assignment.assigned()).hasSize(2);
    assertThat(assignment.topics())
        .singleElement()
        .satisfies(
            t -> {
              assertThat(t.topicId()).isEqualTo(topic.id());
              assertThat(t.name()).isEqualTo("rides");
            });
    assertThat(
            first
                .ask(beat("m1", assignment.epoch(), assignment.assigned()), GroupBeatResponse.class)
                .assignment())
        .isEqualTo(assignment);
    first.answerTo(
        first.produce(topic.id(), 1, AckLevel.SYNCED, TestServers.batch("s", "v")),
        ProduceResponse.class);
    assertThat(
            first
                .ask(commit("m1", assignment.epoch(), 1, 2), CommitOffsetsResponse.class)
                .outcomes())
        .singleElement()
        .satisfies(outcome -> assertThat(outcome.error()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE));
    CommitOffsetsResponse committed =
        first.ask(commit("m1", assignment.epoch(), 1, 1), CommitOffsetsResponse.class);
    assertThat(committed.outcomes())
        .singleElement()
        .satisfies(outcome -> assertThat(outcome.error()).isEqualTo(ErrorCode.NONE));
    FetchOffsetsResponse offsets =
        second.ask(new FetchOffsetsRequest("billing", List.of()), FetchOffsetsResponse.class);
    assertThat(offsets.positions())
        .singleElement()
        .satisfies(position -> assertThat(position.offset()).isEqualTo(1));
    first.ask(
        new LeaveGroupRequest("billing", "m1", assignment.epoch(), false), EmptyResponse.class);
    assertThat(first.refusalOf(beat("m1", assignment.epoch(), List.of())).code())
        .isEqualTo(ErrorCode.UNKNOWN_MEMBER);
  }

  @Test
  void aPartitionMovesWhenItsOwnerHasDroppedIt() {
    GroupAssignment all = join(first, "m1");
    assertThat(join(second, "m2").assigned()).isEmpty();
    GroupAssignment less = first.push(GroupChangedPush.class).assignment();
    assertThat(less.assigned()).hasSize(1);
    assertThat(less.releasing()).hasSize(1);
    first.ask(beat("m1", less.epoch(), less.assigned()), GroupBeatResponse.class);
    GroupAssignment moved = second.push(GroupChangedPush.class).assignment();
    assertThat(moved.assigned()).isEqualTo(less.releasing());
    assertThat(moved.epoch()).isGreaterThan(all.epoch());
  }

  @Test
  void aSubscriptionEndsWithTheOwnershipOfItsMember() {
    GroupAssignment assignment = join(first, "m1");
    int id = first.send(2, subscribe("m1", assignment.epoch(), 0));
    first.answerTo(id, SubscribeResponse.class);
    int stale = second.send(2, subscribe("m2", assignment.epoch(), 0));
    assertThat(second.answerTo(stale, ErrorResponse.class).code())
        .isEqualTo(ErrorCode.STALE_MEMBER);
    second.ask(new LeaveGroupRequest("billing", "m1", -1, false), EmptyResponse.class);
    assertThat(first.push(SubscriptionEndedPush.class).code()).isEqualTo(ErrorCode.STALE_MEMBER);
  }

  @Test
  void theMemberOfAClosedConnectionStays() {
    GroupAssignment assignment = join(first, "m1");
    first.close();
    first = WireClient.hello(server.port());
    first.ask(beat("m1", assignment.epoch(), assignment.assigned()), GroupBeatResponse.class);
    join(second, "m2");
    assertThat(first.push(GroupChangedPush.class).assignment().releasing()).hasSize(1);
  }

  @Test
  void aGroupIsDescribedAndListedWithItsLag() {
    GroupAssignment assignment = join(first, "0123abcd-secret");
    first.answerTo(
        first.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "v")),
        ProduceResponse.class);
    first.ask(commit("0123abcd-secret", assignment.epoch(), 1, 0), CommitOffsetsResponse.class);
    DescribeGroupResponse described =
        second.ask(new DescribeGroupRequest("billing"), DescribeGroupResponse.class);
    assertThat(described.members())
        .singleElement()
        .satisfies(
            member -> {
              assertThat(member.member()).isEqualTo("0123abcd");
              assertThat(member.host()).isEqualTo("127.0.0.1");
              assertThat(member.assigned()).isEqualTo(2);
            });
    assertThat(described.partitions())
        .extracting(GroupPartitionInfo::lagEvents)
        .containsExactly(1L, 0L);
    assertThat(described.partitions())
        .extracting(GroupPartitionInfo::committed)
        .containsExactly(-1L, 0L);
    assertThat(described.partitions()).allMatch(partition -> partition.owner().equals("0123abcd"));
    assertThat(second.ask(new ListGroupsRequest(), ListGroupsResponse.class).groups())
        .singleElement()
        .satisfies(
            group -> {
              assertThat(group.group()).isEqualTo("billing");
              assertThat(group.members()).isEqualTo(1);
              assertThat(group.lagEvents()).isEqualTo(1);
            });
    assertThat(second.refusalOf(new DescribeGroupRequest("none")).code())
        .isEqualTo(ErrorCode.UNKNOWN_GROUP);
    String metrics = Metrics.get(server, "/metrics").body();
    assertThat(metrics)
        .contains("millrace_groups 1.0")
        .contains("millrace_groups_failed_partitions 0.0")
        .contains(
            "millrace_group_lag_events{group=\"billing\",partition=\"0\",topic=\"rides\"} 1.0")
        .contains("millrace_group_lag_seconds{group=\"billing\"")
        .contains("millrace_group_lag_reason{group=\"billing\"");
  }

  @Test
  void theLogOfGroupsIsNotInTheListOfTopics() {
    join(first, "m1");
    assertThat(first.ask(new ListTopicsRequest(), ListTopicsResponse.class).topics())
        .extracting(TopicInfo::name)
        .containsExactly("rides");
  }
}
