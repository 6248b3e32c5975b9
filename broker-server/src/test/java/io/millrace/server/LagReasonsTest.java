package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.LagReason;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.CommitOffsetsResponse;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeletionBound;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeGroupResponse;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.GroupAssignment;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupBeatResponse;
import io.millrace.protocol.wire.GroupPartitionInfo;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.LeaveGroupRequest;
import io.millrace.protocol.wire.OffsetToCommit;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each reason of a lag happens in a broker, and is reported over the wire. */
@ExtendWith(NoLeaks.class)
class LagReasonsTest {

  private static final long SESSION_MICROS = 600_000_000;
  private static final long MUCH_CREDIT = 1L << 30;
  private static final int GROUP_VERSION = 2;

  @TempDir Path directory;

  private TopicInfo topic;
  private int subscriptions;

  /** What a test does with a broker, the client of a member, and another client. */
  @FunctionalInterface
  private interface Scene {
    void play(WireClient member, WireClient other);
  }

  private void play(Scene scene) {
    try (MillraceServer server = TestServers.start("mapped", directory, Map.of())) {
      play(server, WireClient.hello(server.port()), scene);
    }
  }

  private void play(MillraceServer server, WireClient member, Scene scene) {
    try (member;
        WireClient other = WireClient.hello(server.port())) {
      topic = other.ask(new CreateTopicRequest("rides", 1, Map.of()), TopicResponse.class).topic();
      scene.play(member, other);
    }
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

  private void produce(WireClient client, String... values) {
    ByteBuffer batch = TestServers.batch("s", values);
    client.answerTo(client.produce(topic.id(), 0, AckLevel.SYNCED, batch), ProduceResponse.class);
  }

  private void commit(WireClient client, GroupAssignment owner, long offset) {
    CommitOffsetsRequest commit =
        new CommitOffsetsRequest(
            "billing",
            "m1",
            owner.epoch(),
            List.of(new OffsetToCommit(topic.id(), 0, offset, -1, "")));
    assertThat(client.ask(commit, CommitOffsetsResponse.class).outcomes())
        .allMatch(outcome -> outcome.error() == ErrorCode.NONE);
  }

  private void beat(WireClient client, GroupAssignment owner, long sinceMicros, long handedOut) {
    client.ask(
        new GroupBeatRequest(
            "billing",
            "m1",
            owner.epoch(),
            "",
            owner.assigned(),
            sinceMicros,
            handedOut,
            GroupSubscription.UNCHANGED),
        GroupBeatResponse.class);
  }

  /** Subscribes the partition from its first event, and reads no event. */
  private void subscribe(WireClient client, GroupAssignment owner, long credit, String filter) {
    int sent =
        client.send(
            GROUP_VERSION,
            new SubscribeRequest(
                ++subscriptions,
                topic.id(),
                0,
                StartKind.EARLIEST,
                0,
                IsolationLevel.DURABLE,
                credit,
                List.of(),
                filter,
                "billing",
                "m1",
                owner.epoch()));
    client.answerTo(sent, SubscribeResponse.class);
  }

  private static GroupPartitionInfo look(WireClient client) {
    return client
        .ask(new DescribeGroupRequest("billing"), DescribeGroupResponse.class)
        .partitions()
        .get(0);
  }

  private static GroupPartitionInfo await(WireClient client, LagReason reason) {
    return Awaitility.await(reason.name())
        .atMost(120, TimeUnit.SECONDS)
        .until(() -> look(client), found -> found.reason() == reason);
  }

  @Test
  void ok() {
    play(
        (member, other) -> {
          GroupAssignment owner = join(member, "m1");
          produce(other, "a", "b");
          commit(member, owner, 2);
          assertThat(look(other).reason()).isEqualTo(LagReason.OK);
        });
  }

  @Test
  void noMember() {
    play(
        (member, other) -> {
          GroupAssignment owner = join(member, "m1");
          produce(other, "a", "b");
          commit(member, owner, 1);
          member.ask(
              new LeaveGroupRequest("billing", "m1", owner.epoch(), false), EmptyResponse.class);
          GroupPartitionInfo found = await(other, LagReason.NO_MEMBER);
          assertThat(found.lagEvents()).isEqualTo(1);
          assertThat(found.reasonText()).contains("'m1'");
        });
  }

  @Test
  void moving() {
    play(
        (member, other) -> {
          other.ask(new CreateTopicRequest("fares", 1, Map.of()), TopicResponse.class);
          joinBoth(member, "m1");
          joinBoth(other, "m2");
          // m1 has not said yet that it has dropped one of the two.
          assertThat(
                  other
                      .ask(new DescribeGroupRequest("billing"), DescribeGroupResponse.class)
                      .partitions())
              .filteredOn(found -> found.reason() == LagReason.MOVING)
              .singleElement()
              .satisfies(
                  found ->
                      assertThat(found.reasonText()).contains("'m2' waits until 'm1' has dropped"));
        });
  }

  private static void joinBoth(WireClient client, String member) {
    client.ask(
        new JoinGroupRequest(
            "billing",
            member,
            "",
            SESSION_MICROS,
            0,
            GroupAssignor.AS_THE_GROUP,
            new GroupSubscription(1, List.of("fares", "rides"), "")),
        JoinGroupResponse.class);
  }

  @Test
  void blocked() {
    play(
        (member, other) -> {
          GroupAssignment owner = join(member, "m1");
          produce(other, "a", "b", "c");
          commit(member, owner, 1);
          Response deleted =
              other.ask(
                  new DeleteEventsRequest(topic.id(), List.of(new DeletionBound(0, 3))),
                  Response.class);
          GroupPartitionInfo found = await(other, LagReason.BLOCKED);
          assertThat(found.reasonText()).as("%s", deleted).contains("1 to 2");
        });
  }

  @Test
  void notPolling() {
    play(
        (member, other) -> {
          GroupAssignment owner = join(member, "m1");
          produce(other, "a");
          beat(member, owner, 31_000_000, 1);
          GroupPartitionInfo found = await(other, LagReason.NOT_POLLING);
          assertThat(found.reasonText()).contains("1 events", "31 s");
        });
  }

  @Test
  void poison() {
    try (MillraceServer server = TestServers.start("mapped", directory, Map.of())) {
      play(
          server,
          WireClient.hello(server.port()),
          (member, other) -> {
            GroupAssignment owner = join(member, "m1");
            produce(other, "a");
            commit(member, owner, 0);
            for (int i = 0; i < 3; i++) {
              // The program fails at the event, and starts again.
              try (WireClient again = WireClient.hello(server.port())) {
                subscribe(again, owner, MUCH_CREDIT, "");
              }
            }
            GroupPartitionInfo found = await(other, LagReason.POISON);
            assertThat(found.reasonText()).contains("offset 0", "3 times");
          });
    }
  }

  @Test
  void noCredit() {
    play(
        (member, other) -> {
          GroupAssignment owner = join(member, "m1");
          produce(other, "a".repeat(500));
          produce(other, "b");
          subscribe(member, owner, 100, "");
          await(other, LagReason.NO_CREDIT);
        });
  }

  @Test
  void slowNetwork() {
    try (MillraceServer server = TestServers.start("mapped", directory, Map.of())) {
      play(
          server,
          WireClient.helloWithSmallWindow(server.port()),
          (member, other) -> {
            GroupAssignment owner = join(member, "m1");
            String value = "x".repeat(500_000);
            for (int i = 0; i < 50; i++) {
              produce(other, value);
            }
            subscribe(member, owner, MUCH_CREDIT, "");
            await(other, LagReason.SLOW_NETWORK);
          });
    }
  }

  @Test
  void broker() {
    try (ColdStorage storage = new ColdStorage();
        MillraceServer server = TestServers.start(storage, Map.of())) {
      play(
          server,
          WireClient.hello(server.port()),
          (member, other) -> {
            GroupAssignment owner = join(member, "m1");
            produce(other, "a", "b");
            commit(member, owner, 0);
            look(other); // the broker then knows the time of the event without reading it again
            storage.makeCold();
            subscribe(member, owner, MUCH_CREDIT, "");
            GroupPartitionInfo found = await(other, LagReason.BROKER);
            assertThat(found.reasonText()).contains("at 0 from disk");
            storage.release();
            member.push(DeliverPush.class).batches().release();
          });
    }
  }

  @Test
  void filter() {
    play(
        (member, other) -> {
          GroupAssignment owner = join(member, "m1");
          produce(other, "a", "b", "c");
          subscribe(member, owner, MUCH_CREDIT, "value contains 'z'");
          GroupPartitionInfo found = await(other, LagReason.FILTER);
          assertThat(found.reasonText()).contains("of 3 events", "0 match");
        });
  }

  @Test
  void busy() {
    play(
        (member, other) -> {
          GroupAssignment owner = join(member, "m1");
          produce(other, "a", "b", "c");
          subscribe(member, owner, MUCH_CREDIT, "");
          GroupPartitionInfo found = await(other, LagReason.BUSY);
          assertThat(found.reasonText()).contains("'m1' processes");
        });
  }
}
