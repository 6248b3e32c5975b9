package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.GroupAssignment;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupBeatResponse;
import io.millrace.protocol.wire.GroupChangedPush;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenNamedProducerResponse;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.OpenQueueResponse;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.QueueSettingsInfo;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.SubscriptionEndedPush;
import io.millrace.protocol.wire.TakeRequest;
import io.millrace.protocol.wire.TakeResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicPartition;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A change of rules takes effect on connections that are open. */
@ExtendWith(NoLeaks.class)
class RevokedAccessTest {

  private RuledBroker broker;
  private TopicInfo rides;
  private TopicInfo fares;
  private WireClient alice;

  @BeforeEach
  void start() {
    broker = RuledBroker.start();
    rides = broker.create("rides");
    fares = broker.create("fares");
    alice = broker.as("alice");
  }

  @AfterEach
  void stop() {
    alice.close();
    broker.close();
  }

  private static SubscribeRequest subscribe(int id, TopicInfo topic) {
    return new SubscribeRequest(
        id, topic.id(), 0, StartKind.EARLIEST, 0, IsolationLevel.LATEST, 1 << 20, List.of());
  }

  private static ProduceResponse produce(WireClient client, TopicInfo topic) {
    return client.answerTo(send(client, topic), ProduceResponse.class);
  }

  private static int send(WireClient client, TopicInfo topic) {
    return client.produce(topic.id(), 0, AckLevel.STORED, TestServers.batch("s", "v"));
  }

  @Test
  void aSubscriptionEndsAndTheOthersContinue() {
    broker.allow("alice read topic:rides", "alice read topic:fares");
    alice.ask(subscribe(1, rides), SubscribeResponse.class);
    alice.ask(subscribe(2, fares), SubscribeResponse.class);

    broker.revoke("alice read topic:rides");

    SubscriptionEndedPush ended = alice.push(SubscriptionEndedPush.class);
    assertThat(ended.subscriptionId()).isEqualTo(1);
    assertThat(ended.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
    assertThat(ended.message()).endsWith("is not allowed to read topic 'rides'");
    try (WireClient root = broker.as("root")) {
      produce(root, rides);
      produce(root, fares);
    }
    DeliverPush delivered = alice.push(DeliverPush.class);
    assertThat(delivered.subscriptionId()).isEqualTo(2);
    delivered.batches().release();
    assertThat(alice.refusalOf(subscribe(1, rides)).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
  }

  @Test
  void aRuleThatLeavesThePermissionEndsNothing() {
    broker.allow("alice read topic:rides", "* read topic:r*");
    alice.ask(subscribe(1, rides), SubscribeResponse.class);
    broker.revoke("alice read topic:rides");
    try (WireClient root = broker.as("root")) {
      produce(root, rides);
    }
    alice.push(DeliverPush.class).batches().release();
  }

  /** More subscriptions than one task of an event loop looks at. */
  @Test
  void allOfManySubscriptionsEnd() {
    int count = 600;
    broker.allow("alice read topic:rides");
    for (int i = 0; i < count; i++) {
      alice.ask(subscribe(i, rides), SubscribeResponse.class);
    }
    broker.revoke("alice read topic:rides");
    for (int i = 0; i < count; i++) {
      assertThat(alice.push(SubscriptionEndedPush.class).code())
          .isEqualTo(ErrorCode.NOT_AUTHORIZED);
    }
  }

  @Test
  void aNamedProducerKeepsNoPermission() {
    broker.allow("alice write topic:rides");
    alice.ask(new OpenNamedProducerRequest(rides.id(), "p"), OpenNamedProducerResponse.class);
    produce(alice, rides);
    broker.onlyAllow("alice describe topic:rides");
    assertThat(alice.answerTo(send(alice, rides), ErrorResponse.class).code())
        .isEqualTo(ErrorCode.NOT_AUTHORIZED);
    broker.allow("alice write topic:rides");
    produce(alice, rides);
  }

  @Test
  void theTakeOfAQueueThatWaitsIsRefused() {
    broker.allow("alice read topic:rides", "alice join group:workers");
    alice.ask(queue(), OpenQueueResponse.class);
    int waiting = alice.send(new TakeRequest(1, 1, 1000, 60_000_000));
    alice.send(new PingRequest());
    alice.receive(); // the broker has read the TAKE

    broker.revoke("alice join group:workers");

    ErrorResponse refusal = alice.answerTo(waiting, ErrorResponse.class);
    assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
    assertThat(refusal.message()).endsWith("is not allowed to join group 'workers'");
    assertThat(alice.refusalOf(new TakeRequest(1, 1, 1000, 0)).code())
        .isEqualTo(ErrorCode.UNKNOWN_QUEUE);
    assertThat(alice.refusalOf(queue()).code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
    broker.allow("alice join group:workers");
    alice.ask(queue(), OpenQueueResponse.class);
  }

  @Test
  void theLockedEventsOfAQueueGoToAnotherConsumer() {
    broker.allow("* join group:workers", "alice read topic:rides", "bob read topic:rides");
    try (WireClient root = broker.as("root");
        WireClient bob = broker.as("bob")) {
      alice.ask(queue(), OpenQueueResponse.class);
      bob.ask(queue(), OpenQueueResponse.class);
      produce(root, rides);
      alice.ask(new TakeRequest(1, 1, 1000, 60_000_000), TakeResponse.class);
      int waiting = bob.send(new TakeRequest(1, 1, 1000, 60_000_000));
      broker.revoke("alice read topic:rides");
      assertThat(bob.answerTo(waiting, TakeResponse.class).attempts()).isNotEmpty();
    }
  }

  private static OpenQueueRequest queue() {
    return new OpenQueueRequest(
        1,
        "workers",
        "rides",
        UUID.randomUUID(),
        OpenQueueRequest.NO_LOCK,
        QueueSettingsInfo.AS_THE_QUEUE);
  }

  private static JoinGroupRequest join(String member, List<String> topics, String pattern) {
    return new JoinGroupRequest(
        "billing",
        member,
        "",
        600_000_000,
        0,
        GroupAssignor.AS_THE_GROUP,
        new GroupSubscription(1, topics, pattern));
  }

  private static Request beat(String member, GroupAssignment owned) {
    return new GroupBeatRequest(
        "billing", member, owned.epoch(), "", owned.assigned(), -1, 0, GroupSubscription.UNCHANGED);
  }

  @Test
  void aMemberIsRemovedAndAnotherOneGetsItsPartitions() {
    broker.allow("* read topic:rides", "alice join group:billing", "bob join group:billing");
    try (WireClient bob = broker.as("bob")) {
      GroupAssignment ofAlice =
          alice.ask(join("a", List.of("rides"), ""), JoinGroupResponse.class).assignment();
      assertThat(ofAlice.assigned()).hasSize(1);
      bob.ask(join("b", List.of("rides"), ""), JoinGroupResponse.class);

      broker.revoke("alice join group:billing");

      GroupChangedPush ended = alice.push(GroupChangedPush.class);
      assertThat(ended.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
      assertThat(ended.message()).endsWith("is not allowed to join group 'billing'");
      assertThat(alice.refusalOf(beat("a", ofAlice)).code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
      assertThat(bob.push(GroupChangedPush.class).assignment().assigned())
          .isEqualTo(ofAlice.assigned());
    }
  }

  @Test
  void aMemberThatMayNotReadItsTopicAnyMoreIsRemovedWithItsNextBeat() {
    broker.allow("* join group:billing", "alice read topic:*", "bob read topic:*");
    try (WireClient bob = broker.as("bob")) {
      GroupAssignment ofAlice =
          alice.ask(join("a", List.of(), "ri*"), JoinGroupResponse.class).assignment();
      List<TopicPartition> partitions = ofAlice.assigned();
      assertThat(partitions).extracting(TopicPartition::topicId).containsOnly(rides.id());
      bob.ask(join("b", List.of(), "ri*"), JoinGroupResponse.class);

      broker.revoke("alice read topic:*");

      ErrorResponse refusal = alice.refusalOf(beat("a", ofAlice));
      assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
      assertThat(refusal.message()).endsWith("is not allowed to read topic 'rides'");
      assertThat(bob.push(GroupChangedPush.class).assignment().assigned()).isEqualTo(partitions);
    }
  }

  @Test
  void aPatternNeedsThePermissionToReadWhateverItMatches() {
    broker.allow("* join group:billing", "alice read topic:rides", "alice read topic:fares-*");
    ErrorResponse refusal = alice.refusalOf(join("a", List.of(), "rides*"));
    assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
    assertThat(refusal.message())
        .endsWith(
            "is not allowed to read every topic whose name begins with 'rides', as the pattern"
                + " 'rides*' needs; subscribe to topics by name, or allow 'read topic:rides*'");
    assertThat(alice.refusalOf(join("a", List.of(), "*")).code())
        .isEqualTo(ErrorCode.NOT_AUTHORIZED);
    alice.ask(join("a", List.of("rides"), "fares-eu?*"), JoinGroupResponse.class);
    GroupSubscription wider = new GroupSubscription(2, List.of(), "fares*");
    GroupBeatRequest beat = new GroupBeatRequest("billing", "a", 1, "", List.of(), -1, 0, wider);
    assertThat(alice.refusalOf(beat).code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
    broker.allow("alice read topic:f*");
    alice.ask(beat, GroupBeatResponse.class);
  }
}
