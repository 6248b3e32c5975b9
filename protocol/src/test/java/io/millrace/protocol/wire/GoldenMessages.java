package io.millrace.protocol.wire;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.LagReason;
import io.millrace.protocol.ProducerSecret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** One message of every type, with values that show each field's place. */
final class GoldenMessages {

  private static final UUID TOPIC = UUID.fromString("01020304-0506-0708-090a-0b0c0d0e0f10");
  private static final UUID BROKER = UUID.fromString("f1f2f3f4-f5f6-f7f8-f9fa-fbfcfdfeff00");
  private static final long TIME = 1_700_000_000_123_456L;
  private static final Map<String, String> SETTINGS =
      Map.of("retentionTime", "7d", "retentionBytes", "10GiB");
  private static final ProducerSecret SECRET =
      new ProducerSecret(0x1716151413121110L, 0x1F1E1D1C1B1A1918L);
  private static final TopicInfo RIDES =
      new TopicInfo(
          TOPIC,
          "rides",
          TIME,
          SETTINGS,
          List.of(
              new PartitionInfo(0, 100, 200, 300, 4096, ErrorCode.NONE, ""),
              new PartitionInfo(1, 0, 5, 5, 512, ErrorCode.DISK_FULL, "no room")));

  private static final GroupSubscription SUBSCRIPTION =
      new GroupSubscription(2, List.of("rides"), "orders.*");
  private static final GroupAssignment ASSIGNMENT =
      new GroupAssignment(
          42,
          GroupMemberState.RELEASING,
          List.of(new TopicPartition(TOPIC, 3)),
          List.of(new TopicPartition(TOPIC, 1)),
          List.of(new NamedTopic(TOPIC, "rides")),
          2,
          3_000_000);
  private static final QueueSettingsInfo QUEUE =
      new QueueSettingsInfo(
          30_000_000,
          5,
          1_000_000,
          60_000_000,
          QueueDeadLetters.NAMED_TOPIC,
          "orders.failed",
          QueueOrdering.KEY);
  private static final List<OffsetOutcome> OUTCOMES =
      List.of(
          new OffsetOutcome(TOPIC, 3, ErrorCode.NONE, "", 150, ""),
          new OffsetOutcome(TOPIC, 1, ErrorCode.STALE_MEMBER, "moved", -1, "m-2"));

  private static final BrokerInfo BROKER_INFO =
      new BrokerInfo(
          BROKER,
          "0.1.0",
          4_259_840,
          1 << 20,
          4 << 20,
          60_000,
          List.of(new ApiVersions(0, 1, 1), new ApiVersions(66, 1, 3)));

  private static final String VERIFIER =
      "SCRAM-SHA-256$16384:AAECAwQFBgcICQoLDA0ODw==$c3RvcmVk:c2VydmVy";
  private static final List<RuleInfo> RULES =
      List.of(
          new RuleInfo("anna", "read topic:rides*"),
          new RuleInfo("role:fleet", "write topic:rides source:vehicle-*"));

  private GoldenMessages() {}

  static List<Object> all() {
    return List.of(
        new HelloRequest(
            "vehicle-17", "millrace-java 0.1", List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")),
        new PingRequest(),
        new CreateTopicRequest("rides", 4, SETTINGS),
        new AlterTopicRequest("rides", SETTINGS),
        new DeleteTopicRequest("rides"),
        new ListTopicsRequest(),
        new DescribeTopicRequest("rides"),
        new OpenProducerRequest(),
        new ProduceRequest(TOPIC, 3, AckLevel.SYNCED, SECRET, bytes("a batch")),
        new SubscribeRequest(
            7,
            TOPIC,
            3,
            StartKind.EVENT_TIME,
            TIME,
            IsolationLevel.LATEST,
            1 << 20,
            List.of("vehicle-17", "gateway"),
            "json.speed > 50",
            "billing",
            "m-1",
            42),
        new UnsubscribeRequest(7),
        new CreditRequest(7, 65_536),
        new OffsetForTimeRequest(TOPIC, 3, TIME, IsolationLevel.DURABLE),
        new ListSourcesRequest(TOPIC, IsolationLevel.LATEST, false),
        new OpenNamedProducerRequest(TOPIC, "import-2026"),
        new DescribeBrokerRequest(),
        new AddPartitionsRequest("rides", 8),
        new DeleteEventsRequest(
            TOPIC, List.of(new DeletionBound(3, 150), new DeletionBound(0, 1L << 40))),
        new ListDamageRequest("rides", ListDamageRequest.ALL_PARTITIONS, 150),
        new JoinGroupRequest(
            "billing",
            "m-1",
            "till-3",
            30_000_000,
            300_000_000,
            GroupAssignor.SINGLE_ACTIVE,
            SUBSCRIPTION,
            "size > 9"),
        new GroupBeatRequest(
            "billing",
            "m-1",
            42,
            "till-3",
            List.of(new TopicPartition(TOPIC, 3)),
            1_500_000,
            17,
            GroupSubscription.UNCHANGED),
        new LeaveGroupRequest("billing", "m-1", 42, true),
        new CommitOffsetsRequest(
            "billing", "m-1", 42, List.of(new OffsetToCommit(TOPIC, 3, 150, -1, "half"))),
        new FetchOffsetsRequest("billing", List.of(new TopicPartition(TOPIC, 3))),
        new ResetOffsetsRequest("billing", List.of(new NewOffset(TOPIC, 3, 100)), true),
        new ConfigureGroupRequest("billing", 86_400_000_000L),
        new DeleteGroupRequest("billing"),
        new DescribeGroupRequest("billing"),
        new ListGroupsRequest(),
        new OpenQueueRequest(5, "workers", "rides", BROKER, 4711, QUEUE),
        new TakeRequest(5, 500, 1 << 20, 30_000_000),
        new SettleRequest(
            5,
            17,
            List.of(
                new Settlement(3, 4711, 150, 160, SettlementKind.ACCEPT, -1, false, ""),
                new Settlement(
                    3, 4711, 161, 161, SettlementKind.RELEASE, 2_000_000, true, "no answer"))),
        new CloseQueueRequest(5),
        new CreateUserRequest("anna", List.of("producer", "viewer"), List.of(VERIFIER)),
        new AlterUserRequest(
            "anna", List.of(VERIFIER), true, List.of("viewer"), UserSwitch.DISABLE, true),
        new DeleteUserRequest("anna", true),
        new ListUsersRequest("anna"),
        new CreateTokenRequest("ci", "anna", TIME, List.of("read topic:rides*")),
        new ListTokensRequest("anna"),
        new RevokeTokenRequest("k3x9"),
        new AddRulesRequest(RULES),
        new RemoveRulesRequest(RULES, true),
        new ListRulesRequest("role:fleet"),
        new TestRuleRequest("anna", "write", "topic:rides", "vehicle-17"),
        new ReloadRequest(),
        new WhoAmIRequest(),
        new CreateUserResponse(3),
        new DeleteUserResponse(2, 3),
        new ListUsersResponse(
            List.of(new UserInfo("anna", List.of("viewer"), true, List.of("SCRAM-SHA-256"), 2))),
        new CreateTokenResponse("k3x9", "mrt_k3x9_secret"),
        new ListTokensResponse(
            List.of(
                new TokenInfo("k3x9", "ci", "anna", TIME, TIME + 1, List.of("read topic:rides*")))),
        new AddRulesResponse(1),
        new ListRulesResponse(RULES),
        new TestRuleResponse(true, "rule: role:fleet write topic:rides"),
        new ReloadResponse(List.of("the certificate is loaded")),
        new WhoAmIResponse(
            "anna",
            List.of("viewer"),
            "SCRAM-SHA-256",
            TIME,
            List.of("read topic:rides*"),
            List.of("write topic:rides source:vehicle-*")),
        new AuthenticateRequest("SCRAM-SHA-256", bytes("n,,n=vehicle-17,r=abc")),
        new JoinGroupResponse(ASSIGNMENT),
        new GroupBeatResponse(ASSIGNMENT),
        new CommitOffsetsResponse(OUTCOMES),
        new FetchOffsetsResponse(List.of(new CommittedPosition(TOPIC, 3, 150, -1, "half", TIME))),
        new ResetOffsetsResponse(OUTCOMES),
        new DescribeGroupResponse(
            42,
            GroupAssignor.BALANCED,
            86_400_000_000L,
            TIME,
            "m-0",
            List.of(
                new GroupMemberInfo(
                    "m-1",
                    "till-3",
                    "vehicle-17",
                    "192.0.2.7",
                    30_000_000,
                    300_000_000,
                    SUBSCRIPTION,
                    GroupMemberState.WAITING,
                    41,
                    3,
                    2,
                    4,
                    1_000_000,
                    true,
                    1_500_000,
                    17)),
            List.of(
                new GroupPartitionInfo(
                    "rides",
                    TOPIC,
                    3,
                    "m-1",
                    "m-2",
                    150,
                    "half",
                    TIME,
                    100,
                    200,
                    50,
                    2_000_000,
                    12_500,
                    20_000,
                    6_666_667,
                    LagReason.NOT_POLLING,
                    "no poll for 31 s")),
            GroupKind.QUEUE,
            List.of(
                new QueueInfo(
                    QUEUE,
                    List.of(
                        new QueueConsumerInfo(
                            "f1f2f3f4",
                            "vehicle-17",
                            "192.0.2.7",
                            TOPIC,
                            12,
                            60_000_000,
                            1_500_000,
                            true)),
                    List.of(
                        new QueuePartitionInfo(
                            TOPIC, 3, 150, 1_150, 900, 12, 7, 1, 9, 4, true, "disk full"))))),
        new ListGroupsResponse(
            List.of(
                new GroupSummary(
                    "billing",
                    GroupAssignor.BALANCED,
                    3,
                    8,
                    TIME,
                    50,
                    2_000_000,
                    LagReason.FAILING,
                    GroupKind.QUEUE,
                    12,
                    8))),
        new OpenQueueResponse(true, QUEUE, TOPIC, 4),
        new TakeResponse(
            3,
            4711,
            29_000_000,
            List.of(new EventAttempts(9, 0), new EventAttempts(1, 2)),
            bytes("whole batches")),
        new SettleResponse(
            List.of(
                new SettlementOutcome(ErrorCode.NONE, "", -1),
                new SettlementOutcome(ErrorCode.LOCK_LOST, "the lock time has passed", 161))),
        new HelloResponse(
            List.of("SCRAM-SHA-256", "TOKEN"), "vehicle-17", Optional.of(BROKER_INFO)),
        new AuthenticateResponse(
            Optional.of(new LoginInfo("vehicle-17", TIME, BROKER_INFO)), bytes("v=proof")),
        new TopicResponse(RIDES),
        new ListTopicsResponse(List.of(RIDES)),
        new OpenProducerResponse(4711, (short) 0, SECRET),
        new ProduceResponse(123_456_789, TIME),
        new SubscribeResponse(150, 100, 200, 300),
        new OffsetForTimeResponse(150),
        new ListSourcesResponse(
            List.of(
                new SourceInfo(
                    "gateway", 3, TIME, TIME + 1, TIME + 2, 12_500, 20_000, 40_000, 9, 5, 1),
                new SourceInfo(
                    "vehicle-17", 1, TIME, TIME, TIME + 3, 500, -20_000, -20_000, -1, 0, 0)),
            List.of(new SkippedRange(3, 100, 150), new SkippedRange(4, -1, -1)),
            7,
            TIME + 4,
            List.of(150L, 1L << 40)),
        new OpenNamedProducerResponse((1L << 62) + 4711, (short) 3, SECRET, List.of(99_999L, -1L)),
        new DescribeBrokerResponse(
            BROKER,
            "0.1.0",
            TIME,
            "/var/lib/millrace",
            1L << 40,
            1 << 20,
            3,
            12,
            123_456_789_012L,
            17,
            2,
            5,
            List.of(new RefusingPartition("rides", 1, ErrorCode.DISK_FULL, "no room"))),
        new DeleteEventsResponse(
            List.of(
                new DeletionResult(3, 150, ErrorCode.NONE, ""),
                new DeletionResult(0, -1, ErrorCode.OFFSET_OUT_OF_RANGE, "ends at 5"))),
        new ListDamageResponse(
            7, List.of(new DamagedRangeInfo("rides", 3, 150, 1L << 40, "a batch is damaged"))),
        new EmptyResponse(),
        new ErrorResponse(ErrorCode.UNKNOWN_TOPIC, "there is no topic 'ride'; 'rides' exists"),
        new DeliverPush(7, 150, 200, bytes("whole batches")),
        new SubscriptionEndedPush(7, ErrorCode.OFFSET_OUT_OF_RANGE, "retention overtook you"),
        new GoAwayPush(ErrorCode.SHUTTING_DOWN, "back in a moment"),
        new GroupChangedPush("billing", "m-1", ErrorCode.NONE, "", ASSIGNMENT),
        new FilterProgressPush(7, 5_000, 300, 12, 1, 2, 1 << 20, 1L << 33),
        new ThrottledPush("client", "billing", 1 << 20, 2_500, true));
  }

  /** The message of this type. */
  static Object of(Class<?> type) {
    return all().stream().filter(type::isInstance).findFirst().orElseThrow();
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  /** A message with the fields only that it has in a version. */
  static Object in(int version, Object message) {
    if (message instanceof HelloRequest hello && version < HelloRequest.MECHANISMS_SINCE) {
      return new HelloRequest(hello.clientId(), hello.clientSoftware());
    }
    if (message instanceof HelloResponse hello && version < HelloRequest.MECHANISMS_SINCE) {
      return HelloResponse.of(hello.broker().orElseThrow());
    }
    if (message instanceof ListSourcesRequest list && version < ListSourcesResponse.SUMMARY_SINCE) {
      return new ListSourcesRequest(list.topicId(), list.isolation(), true);
    }
    if (message instanceof ListSourcesResponse listed
        && version < ListSourcesResponse.SUMMARY_SINCE) {
      return new ListSourcesResponse(
          listed.sources().stream().map(GoldenMessages::withoutSummary).toList(),
          version < ListSourcesResponse.SKIPPED_SINCE ? List.of() : listed.skipped(),
          0,
          0,
          List.of());
    }
    if (message instanceof DescribeGroupResponse group
        && version < DescribeGroupResponse.QUEUES_SINCE) {
      return new DescribeGroupResponse(
          group.epoch(),
          group.assignor(),
          group.offsetRetentionMicros(),
          group.emptySinceMicros(),
          group.lastMember(),
          group.members(),
          group.partitions());
    }
    if (message instanceof ListGroupsResponse list
        && version < DescribeGroupResponse.QUEUES_SINCE) {
      return new ListGroupsResponse(
          list.groups().stream().map(GoldenMessages::withoutQueue).toList());
    }
    if (message instanceof SubscribeRequest subscribe && version < SubscribeRequest.FILTER_SINCE) {
      return new SubscribeRequest(
          subscribe.subscriptionId(),
          subscribe.topicId(),
          subscribe.partition(),
          subscribe.startKind(),
          subscribe.startValue(),
          subscribe.isolation(),
          subscribe.creditBytes(),
          subscribe.sources());
    }
    return message;
  }

  private static GroupSummary withoutQueue(GroupSummary group) {
    return new GroupSummary(
        group.group(),
        group.assignor(),
        group.members(),
        group.partitions(),
        group.emptySinceMicros(),
        group.lagEvents(),
        group.lagMicros(),
        // The message of version 1 was first written with this reason.
        LagReason.BUSY);
  }

  private static SourceInfo withoutSummary(SourceInfo source) {
    return new SourceInfo(
        source.source(), source.count(), source.firstSeenMicros(), source.lastSeenMicros());
  }
}
