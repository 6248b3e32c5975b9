package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeGroupResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupBeatResponse;
import io.millrace.protocol.wire.GroupChangedPush;
import io.millrace.protocol.wire.GroupMemberInfo;
import io.millrace.protocol.wire.GroupMemberState;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.ListGroupsRequest;
import io.millrace.protocol.wire.ListGroupsResponse;
import io.millrace.protocol.wire.TopicPartition;
import io.millrace.protocol.wire.TopicResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * As many groups, and as many members of one group, as a broker has. It takes a minute: {@code
 * scripts/integration groups} runs it.
 */
@EnabledIfSystemProperty(named = "millrace.group.limits", matches = "true")
class GroupLimitsTest {

  private static final int LIMIT = 10_000;
  private static final int PARTITIONS = 100;

  /** Requests on their way. */
  private static final int WINDOW = 200;

  private static final long SESSION_MICROS = 3_600_000_000L;

  @TempDir Path directory;

  private static JoinGroupRequest join(String group, String member) {
    return new JoinGroupRequest(
        group,
        member,
        "",
        SESSION_MICROS,
        0,
        GroupAssignor.AS_THE_GROUP,
        new GroupSubscription(1, List.of("rides"), ""));
  }

  /** Sends joins, some at a time, and counts the answers. Members drop at once what they must. */
  private static void joinAll(WireClient client, IntFunction<JoinGroupRequest> joins) {
    int sent = 0;
    int answered = 0;
    while (answered < LIMIT) {
      while (sent < LIMIT && sent - answered < WINDOW) {
        client.send(joins.apply(sent++));
      }
      WireClient.Received received = client.receive();
      if (received.push() instanceof GroupChangedPush push) {
        if (!push.assignment().releasing().isEmpty()) {
          client.send(
              beat(
                  push.group(),
                  push.member(),
                  push.assignment().epoch(),
                  push.assignment().assigned()));
        }
      } else if (received.response() instanceof JoinGroupResponse) {
        answered++;
      } else {
        assertThat(received.response()).isInstanceOf(GroupBeatResponse.class);
      }
    }
  }

  private static GroupBeatRequest beat(
      String group, String member, long epoch, List<TopicPartition> owned) {
    return new GroupBeatRequest(
        group, member, epoch, "", owned, -1, 0, GroupSubscription.UNCHANGED);
  }

  @Test
  void oneMemberTooManyIsRefusedAndTheOthersGoOn() {
    try (MillraceServer server = TestServers.start("mapped", directory, Map.of());
        WireClient members = WireClient.hello(server.port())) {
      members.ask(new CreateTopicRequest("rides", PARTITIONS, Map.of()), TopicResponse.class);
      joinAll(members, i -> join("billing", "m" + i));
      askAtTheLimit(server);
    }
  }

  private static void askAtTheLimit(MillraceServer server) {
    try (WireClient other = WireClient.hello(server.port())) {
      ErrorResponse refusal = other.refusalOf(join("billing", "one too many"));
      assertThat(refusal.code()).as(refusal.message()).isEqualTo(ErrorCode.LIMIT_REACHED);
      assertThat(refusal.message()).contains("10000");
      DescribeGroupResponse group =
          other.ask(new DescribeGroupRequest("billing"), DescribeGroupResponse.class);
      assertThat(group.members()).hasSize(LIMIT);
      assertThat(group.partitions()).hasSize(PARTITIONS);
      assertThat(group.members()).allMatch(each -> each.state() == GroupMemberState.STABLE);
      GroupMemberInfo one = group.members().get(0);
      other.ask(beat("billing", one.member(), one.epoch(), List.of()), GroupBeatResponse.class);
      assertThat(other.ask(join("fares", "m1"), JoinGroupResponse.class).assignment().assigned())
          .hasSize(PARTITIONS);
    }
  }

  @Test
  void oneGroupTooManyIsRefusedAndTheOthersOutliveARestart() {
    try (MillraceServer server = TestServers.start("mapped", directory, Map.of());
        WireClient client = WireClient.hello(server.port())) {
      client.ask(new CreateTopicRequest("rides", 1, Map.of()), TopicResponse.class);
      joinAll(client, i -> join("g" + i, "m"));
      ErrorResponse refusal = client.refusalOf(join("one too many", "m"));
      assertThat(refusal.code()).as(refusal.message()).isEqualTo(ErrorCode.LIMIT_REACHED);
    }
    try (MillraceServer server = TestServers.start("mapped", directory, Map.of());
        WireClient client = WireClient.hello(server.port())) {
      assertThat(client.ask(new ListGroupsRequest(), ListGroupsResponse.class).groups())
          .hasSize(LIMIT);
      assertThat(client.refusalOf(join("one too many", "m")).code())
          .isEqualTo(ErrorCode.LIMIT_REACHED);
    }
  }
}
