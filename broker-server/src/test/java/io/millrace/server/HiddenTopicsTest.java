package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.wire.AddPartitionsRequest;
import io.millrace.protocol.wire.AlterTopicRequest;
import io.millrace.protocol.wire.ConfigureGroupRequest;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeleteGroupRequest;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.DeletionBound;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeGroupResponse;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupPartitionInfo;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.GroupSummary;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.ListDamageRequest;
import io.millrace.protocol.wire.ListGroupsRequest;
import io.millrace.protocol.wire.ListGroupsResponse;
import io.millrace.protocol.wire.ListSourcesRequest;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.OffsetForTimeRequest;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.OpenQueueResponse;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.QueueConsumerInfo;
import io.millrace.protocol.wire.QueueDeadLetters;
import io.millrace.protocol.wire.QueueInfo;
import io.millrace.protocol.wire.QueueOrdering;
import io.millrace.protocol.wire.QueueSettingsInfo;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.ResetOffsetsRequest;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.TopicInfo;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a principal may not describe does not exist for it. */
@ExtendWith(NoLeaks.class)
class HiddenTopicsTest {

  private static final String MISSING = "missing-1";
  private static final String HIDDEN = "hiddens-1"; // as long as the other, for messages

  private static RuledBroker broker;
  private static TopicInfo hidden;

  @BeforeAll
  static void start() {
    broker = RuledBroker.start();
    hidden = broker.create(HIDDEN);
    broker.create("shown");
    try (WireClient root = broker.as("root")) {
      root.ask(
          join("group-of-root", "m", new GroupSubscription(1, List.of("shown"), "")),
          JoinGroupResponse.class);
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void rules() {
    broker.onlyAllow("eve describe topic:shown", "eve join group:of-eve");
  }

  private static JoinGroupRequest join(String group, String member, GroupSubscription wanted) {
    return new JoinGroupRequest(
        group, member, "", 60_000_000, 0, GroupAssignor.AS_THE_GROUP, wanted);
  }

  private static OpenQueueRequest queue(String group, String topic, String deadLetters) {
    return new OpenQueueRequest(
        1,
        group,
        topic,
        new UUID(1, 2),
        OpenQueueRequest.NO_LOCK,
        new QueueSettingsInfo(
            0,
            0,
            -1,
            -1,
            deadLetters.isEmpty() ? QueueDeadLetters.AS_THE_QUEUE : QueueDeadLetters.NAMED_TOPIC,
            deadLetters,
            QueueOrdering.AS_THE_QUEUE));
  }

  static Stream<Function<String, Request>> byName() {
    return Stream.of(
        name -> new AlterTopicRequest(name, Map.of()),
        name -> new AddPartitionsRequest(name, 2),
        DeleteTopicRequest::new,
        DescribeTopicRequest::new,
        name -> new ListDamageRequest(name, -1, 0),
        name -> queue("of-eve", name, ""),
        name -> join("of-eve", "m", new GroupSubscription(1, List.of(name), "")));
  }

  @ParameterizedTest
  @MethodSource("byName")
  void aHiddenTopicIsAnsweredAsOneThatDoesNotExist(Function<String, Request> request) {
    ErrorResponse ofHidden = broker.refusal("eve", request.apply(HIDDEN));
    ErrorResponse ofMissing = broker.refusal("eve", request.apply(MISSING));
    assertThat(ofHidden.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
    assertThat(ofHidden.message()).contains(HIDDEN);
    assertThat(ofMissing)
        .isEqualTo(new ErrorResponse(ofHidden.code(), ofHidden.message().replace(HIDDEN, MISSING)));
  }

  static Stream<Function<UUID, Request>> byId() {
    return Stream.of(
        id -> new DeleteEventsRequest(id, List.of(new DeletionBound(0, 0))),
        id -> new OpenNamedProducerRequest(id, "producer"),
        id ->
            new ProduceRequest(
                id,
                0,
                AckLevel.STORED,
                ProducerSecret.NONE,
                Unpooled.wrappedBuffer(TestServers.batch("s", "v"))),
        id ->
            new SubscribeRequest(
                1, id, 0, StartKind.LATEST, 0, IsolationLevel.LATEST, 1, List.of()),
        id ->
            new SubscribeRequest(
                1, id, 99, StartKind.LATEST, 0, IsolationLevel.LATEST, 1, List.of()),
        id -> new OffsetForTimeRequest(id, 0, 0, IsolationLevel.LATEST),
        id -> new ListSourcesRequest(id, IsolationLevel.LATEST, false));
  }

  @ParameterizedTest
  @MethodSource("byId")
  void theIdOfAHiddenTopicIsAnsweredAsOneThatDoesNotExist(Function<UUID, Request> request) {
    UUID missing = new UUID(17, 4);
    ErrorResponse ofHidden = broker.refusal("eve", request.apply(hidden.id()));
    ErrorResponse ofMissing = broker.refusal("eve", request.apply(missing));
    assertThat(ofHidden.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
    assertThat(ofMissing.message())
        .isEqualTo(ofHidden.message().replace(hidden.id().toString(), missing.toString()));
  }

  @Test
  void aMessageSuggestsVisibleTopicsOnly() {
    assertThat(broker.refusal("eve", new DescribeTopicRequest("shwon")).message())
        .contains("did you mean 'shown'?");
    for (Request request :
        List.of(
            new DescribeTopicRequest("hiddens-2"),
            new AlterTopicRequest("hiddens-2", Map.of()),
            new DeleteTopicRequest("hiddens-2"),
            queue("of-eve", "hiddens-2", ""))) {
      broker.onlyAllow(
          "eve delete topic:hiddens-2",
          "eve alter topic:hiddens-2",
          "eve read topic:hiddens-2",
          "eve join group:of-eve");
      ErrorResponse refusal = broker.refusal("eve", request);
      assertThat(refusal.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
      assertThat(refusal.message()).doesNotContain(HIDDEN).doesNotContain("did you mean");
      broker.allow("eve describe topic:*");
      assertThat(broker.refusal("eve", request).message()).contains("did you mean '" + HIDDEN);
    }
  }

  @Test
  void theRefusalToCreateSaysNothingAboutTheTopic() {
    for (String name : List.of(HIDDEN, MISSING)) {
      ErrorResponse refusal = broker.refusal("eve", new CreateTopicRequest(name, 1, Map.of()));
      assertThat(refusal)
          .isEqualTo(
              new ErrorResponse(
                  ErrorCode.NOT_AUTHORIZED,
                  "principal 'eve' is not allowed to create topic '" + name + "'"));
    }
    broker.allow("eve create topic:hidden*");
    assertThat(broker.codeOf("eve", new CreateTopicRequest(HIDDEN, 1, Map.of())))
        .isEqualTo(ErrorCode.TOPIC_EXISTS);
    assertThat(broker.codeOf("eve", new DescribeTopicRequest(HIDDEN))).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void onlyWhatMayBeDescribedIsListed() {
    try (WireClient eve = broker.as("eve")) {
      assertThat(eve.ask(new ListTopicsRequest(), ListTopicsResponse.class).topics())
          .extracting(TopicInfo::name)
          .containsExactly("shown");
      assertThat(eve.ask(new ListGroupsRequest(), ListGroupsResponse.class).groups()).isEmpty();
      broker.allow("eve describe group:group-of*");
      assertThat(eve.ask(new ListGroupsRequest(), ListGroupsResponse.class).groups())
          .extracting(GroupSummary::group)
          .containsExactly("group-of-root");
    }
  }

  @Test
  void anInternalTopicIsHiddenFromARuleForAllTopics() {
    broker.onlyAllow("eve read topic:*");
    assertThat(broker.codeOf("eve", new DescribeTopicRequest(HIDDEN))).isEqualTo(ErrorCode.NONE);
    assertThat(broker.codeOf("eve", new DescribeTopicRequest("__groups")))
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
    assertThat(broker.codeOf("root", new DescribeTopicRequest("__groups")))
        .isEqualTo(ErrorCode.NONE);
  }

  static Stream<Function<String, Request>> ofGroups() {
    return Stream.of(
        name -> new ResetOffsetsRequest(name, List.of(), true),
        name -> new ConfigureGroupRequest(name, 0),
        DeleteGroupRequest::new,
        DescribeGroupRequest::new);
  }

  @ParameterizedTest
  @MethodSource("ofGroups")
  void aHiddenGroupIsAnsweredAsOneThatDoesNotExist(Function<String, Request> request) {
    ErrorResponse ofHidden = broker.refusal("eve", request.apply("group-of-root"));
    ErrorResponse ofMissing = broker.refusal("root", request.apply("group-of-none"));
    assertThat(ofHidden.code()).isEqualTo(ErrorCode.UNKNOWN_GROUP);
    assertThat(ofMissing.message())
        .isEqualTo(ofHidden.message().replace("group-of-root", "group-of-none"));
  }

  @Test
  void theDescriptionOfAGroupLeavesHiddenTopicsOut() {
    GroupSubscription both = new GroupSubscription(1, List.of("shown", HIDDEN), "");
    try (WireClient root = broker.as("root");
        WireClient eve = broker.as("eve")) {
      root.ask(join("mixed", "m", both), JoinGroupResponse.class);
      broker.allow("eve describe group:mixed");
      DescribeGroupResponse seen = describe(eve, "mixed");
      assertThat(seen.toString()).doesNotContain(HIDDEN);
      assertThat(seen.partitions()).extracting(GroupPartitionInfo::topic).containsOnly("shown");
      assertThat(seen.members().get(0).subscription().topics()).containsExactly("shown");
      assertThat(describe(root, "mixed").members().get(0).subscription().topics())
          .containsExactlyInAnyOrder("shown", HIDDEN);
    }
  }

  @Test
  void theDescriptionOfAQueueLeavesHiddenTopicsOut() {
    try (WireClient root = broker.as("root");
        WireClient eve = broker.as("eve")) {
      root.ask(queue("work", HIDDEN, "hidden-letters"), OpenQueueResponse.class);
      broker.allow("eve describe group:work");
      QueueInfo seen = describe(eve, "work").queue().get(0);
      assertThat(seen.partitions()).isEmpty();
      assertThat(seen.consumers()).isEmpty();
      assertThat(seen.settings().deadLetterTopic()).isEmpty();
      QueueInfo all = describe(root, "work").queue().get(0);
      assertThat(all.settings().deadLetterTopic()).isEqualTo("hidden-letters");
      assertThat(all.consumers()).extracting(QueueConsumerInfo::topicId).contains(hidden.id());
    }
  }

  private static DescribeGroupResponse describe(WireClient client, String group) {
    return client.answerTo(
        client.send(2, new DescribeGroupRequest(group)), DescribeGroupResponse.class);
  }
}
