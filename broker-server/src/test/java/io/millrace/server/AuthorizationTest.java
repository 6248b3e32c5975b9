package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.wire.AddPartitionsRequest;
import io.millrace.protocol.wire.AlterTopicRequest;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.ConfigureGroupRequest;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeleteGroupRequest;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.DeletionBound;
import io.millrace.protocol.wire.DescribeBrokerRequest;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FetchOffsetsRequest;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.GroupSummary;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.LeaveGroupRequest;
import io.millrace.protocol.wire.ListDamageRequest;
import io.millrace.protocol.wire.ListGroupsRequest;
import io.millrace.protocol.wire.ListGroupsResponse;
import io.millrace.protocol.wire.ListSourcesRequest;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.OffsetForTimeRequest;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.QueueDeadLetters;
import io.millrace.protocol.wire.QueueOrdering;
import io.millrace.protocol.wire.QueueSettingsInfo;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.ResetOffsetsRequest;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.security.Operation;
import io.millrace.security.Principal;
import io.millrace.security.Resource;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Every listener asks the authorizer before it serves a request. */
@ExtendWith(NoLeaks.class)
class AuthorizationTest {

  /** The operation that an api needs on a topic, and a request of the api for a topic. */
  private record Guarded(Operation operation, Function<TopicInfo, Request> request) {}

  private static final Map<Api, Guarded> GUARDED = new EnumMap<>(Api.class);

  /** The operation that an api needs on a group, and a request of the api for a group. */
  private static final Map<Api, GuardedGroup> GROUPS = new EnumMap<>(Api.class);

  private record GuardedGroup(Operation operation, Function<String, Request> request) {}

  /** The apis that need a permission on the broker. */
  private static final Set<Api> FOR_THE_BROKER = EnumSet.of(Api.DESCRIBE_BROKER);

  /** The apis that every session may use; {@code ApiTable} has the reasons. */
  private static final Set<Api> FOR_ALL =
      EnumSet.of(
          Api.HELLO,
          Api.AUTHENTICATE,
          Api.PING,
          Api.LIST_TOPICS,
          Api.LIST_GROUPS,
          Api.OPEN_PRODUCER,
          Api.UNSUBSCRIBE,
          Api.CREDIT,
          Api.TAKE,
          Api.SETTLE,
          Api.CLOSE_QUEUE);

  static {
    guard(Api.CREATE_TOPIC, Operation.CREATE, t -> new CreateTopicRequest(t.name(), 1, Map.of()));
    guard(Api.ALTER_TOPIC, Operation.ALTER, t -> new AlterTopicRequest(t.name(), Map.of()));
    guard(Api.ADD_PARTITIONS, Operation.ALTER, t -> new AddPartitionsRequest(t.name(), 2));
    guard(Api.DELETE_TOPIC, Operation.DELETE, t -> new DeleteTopicRequest(t.name()));
    guard(
        Api.DELETE_EVENTS,
        Operation.DELETE,
        t -> new DeleteEventsRequest(t.id(), List.of(new DeletionBound(0, 0))));
    guard(Api.DESCRIBE_TOPIC, Operation.DESCRIBE, t -> new DescribeTopicRequest(t.name()));
    guard(
        Api.OPEN_NAMED_PRODUCER,
        Operation.WRITE,
        t -> new OpenNamedProducerRequest(t.id(), "producer"));
    guard(
        Api.PRODUCE,
        Operation.WRITE,
        t ->
            new ProduceRequest(
                t.id(),
                0,
                AckLevel.STORED,
                ProducerSecret.NONE,
                Unpooled.wrappedBuffer(TestServers.batch("s", "v"))));
    guard(
        Api.SUBSCRIBE,
        Operation.READ,
        t ->
            new SubscribeRequest(
                1, t.id(), 0, StartKind.LATEST, 0, IsolationLevel.LATEST, 1, List.of()));
    guard(
        Api.OFFSET_FOR_TIME,
        Operation.DESCRIBE,
        t -> new OffsetForTimeRequest(t.id(), 0, 0, IsolationLevel.LATEST));
    guard(
        Api.LIST_SOURCES,
        Operation.DESCRIBE,
        t -> new ListSourcesRequest(t.id(), IsolationLevel.LATEST, false));
    guard(Api.LIST_DAMAGE, Operation.DESCRIBE, t -> new ListDamageRequest(t.name(), -1, 0));
    guardGroup(Api.JOIN_GROUP, Operation.READ, AuthorizationTest::join);
    guardGroup(
        Api.GROUP_BEAT,
        Operation.READ,
        g -> new GroupBeatRequest(g, "m", 1, "", List.of(), -1, 0, GroupSubscription.UNCHANGED));
    guardGroup(Api.LEAVE_GROUP, Operation.READ, g -> new LeaveGroupRequest(g, "m", -1, false));
    guardGroup(
        Api.COMMIT_OFFSETS, Operation.READ, g -> new CommitOffsetsRequest(g, "m", 1, List.of()));
    guardGroup(Api.FETCH_OFFSETS, Operation.READ, g -> new FetchOffsetsRequest(g, List.of()));
    guardGroup(
        Api.RESET_OFFSETS, Operation.ALTER, g -> new ResetOffsetsRequest(g, List.of(), true));
    guardGroup(Api.CONFIGURE_GROUP, Operation.ALTER, g -> new ConfigureGroupRequest(g, 0));
    guardGroup(Api.DELETE_GROUP, Operation.DELETE, DeleteGroupRequest::new);
    guardGroup(Api.DESCRIBE_GROUP, Operation.DESCRIBE, DescribeGroupRequest::new);
    guardGroup(Api.OPEN_QUEUE, Operation.READ, g -> openQueue(g, ""));
  }

  private static void guard(Api api, Operation operation, Function<TopicInfo, Request> request) {
    GUARDED.put(api, new Guarded(operation, request));
  }

  private static void guardGroup(Api api, Operation operation, Function<String, Request> request) {
    GROUPS.put(api, new GuardedGroup(operation, request));
  }

  private static JoinGroupRequest join(String group) {
    return new JoinGroupRequest(
        group,
        "m",
        "",
        60_000_000,
        0,
        GroupAssignor.AS_THE_GROUP,
        new GroupSubscription(1, List.of("topic-of-a-group"), ""));
  }

  private static OpenQueueRequest openQueue(String group, String deadLetterTopic) {
    return new OpenQueueRequest(
        1,
        group,
        "topic-of-a-queue",
        new UUID(1, 2),
        OpenQueueRequest.NO_LOCK,
        new QueueSettingsInfo(
            0,
            0,
            -1,
            -1,
            QueueDeadLetters.NAMED_TOPIC,
            deadLetterTopic,
            QueueOrdering.AS_THE_QUEUE));
  }

  private static volatile Authorizer authorizer;
  private static MillraceServer server;

  @BeforeAll
  static void startServer() {
    server =
        MillraceServer.start(
            TestServers.config(Map.of()),
            (session, operation, resource) -> authorizer.allows(session, operation, resource));
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void allowAll() {
    authorizer = Authorizer.allowAll();
  }

  static Stream<Api> requests() {
    return Arrays.stream(Api.values()).filter(api -> !api.isPush());
  }

  @ParameterizedTest
  @MethodSource("requests")
  void everyApiHasAnExpectedPermission(Api api) {
    assertThat(GUARDED.containsKey(api) || GROUPS.containsKey(api))
        .as("%s is either guarded or for all", api)
        .isNotEqualTo(FOR_ALL.contains(api) || FOR_THE_BROKER.contains(api));
  }

  static Set<Api> guarded() {
    return GUARDED.keySet();
  }

  @ParameterizedTest
  @MethodSource("guarded")
  void anOperationThatIsRefusedOnATopicIsRefusedOnThatTopicOnly(Api api) {
    Guarded guarded = GUARDED.get(api);
    try (WireClient client = WireClient.hello(server.port())) {
      TopicInfo secret = create(client, api + "-secret");
      TopicInfo open = create(client, api + "-open");
      authorizer =
          (session, operation, resource) ->
              operation != guarded.operation() || !resource.name().equals(secret.name());

      ErrorResponse refusal = client.refusalOf(guarded.request().apply(secret));
      assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
      assertThat(refusal.message())
          .isEqualTo(
              "principal 'anonymous' is not allowed to %s topic '%s'",
              guarded.operation().text(), secret.name());
      assertThat(codeOf(client, guarded.request().apply(open)))
          .isNotEqualTo(ErrorCode.NOT_AUTHORIZED);
    }
  }

  @ParameterizedTest
  @MethodSource("guarded")
  void noOtherPermissionIsNeeded(Api api) {
    Guarded guarded = GUARDED.get(api);
    try (WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic = create(client, api + "-only");
      authorizer =
          (session, operation, resource) ->
              operation == guarded.operation() && resource.kind() == Resource.Kind.TOPIC;

      assertThat(codeOf(client, guarded.request().apply(topic)))
          .isNotEqualTo(ErrorCode.NOT_AUTHORIZED);
    }
  }

  static Set<Api> groups() {
    return GROUPS.keySet();
  }

  @ParameterizedTest
  @MethodSource("groups")
  void anOperationThatIsRefusedOnAGroupIsRefusedOnThatGroupOnly(Api api) {
    GuardedGroup guarded = GROUPS.get(api);
    try (WireClient client = WireClient.hello(server.port())) {
      authorizer =
          (session, operation, resource) ->
              operation != guarded.operation() || !resource.equals(Resource.group(api + "-secret"));

      ErrorResponse refusal = client.refusalOf(guarded.request().apply(api + "-secret"));
      assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
      assertThat(refusal.message())
          .isEqualTo(
              "principal 'anonymous' is not allowed to %s group '%s'",
              guarded.operation().text(), api + "-secret");
      assertThat(codeOf(client, guarded.request().apply(api + "-open")))
          .isNotEqualTo(ErrorCode.NOT_AUTHORIZED);
    }
  }

  @Test
  void aMemberMustBeAllowedToReadTheTopicsThatItNames() {
    try (WireClient client = WireClient.hello(server.port())) {
      authorizer =
          (session, operation, resource) ->
              !resource.equals(Resource.topic("topic-of-a-group")) || operation != Operation.READ;
      assertThat(client.refusalOf(join("reader")).message())
          .isEqualTo("principal 'anonymous' is not allowed to read topic 'topic-of-a-group'");
    }
  }

  @Test
  void aConsumerOfAQueueMustBeAllowedToReadItsTopicAndToWriteDeadLetters() {
    try (WireClient client = WireClient.hello(server.port())) {
      authorizer =
          (session, operation, resource) ->
              !resource.equals(Resource.topic("topic-of-a-queue")) || operation != Operation.READ;
      assertThat(client.refusalOf(openQueue("workers", "")).message())
          .isEqualTo("principal 'anonymous' is not allowed to read topic 'topic-of-a-queue'");
      authorizer = (session, operation, resource) -> operation == Operation.READ;
      assertThat(client.refusalOf(openQueue("workers", "")).code())
          .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
      assertThat(client.refusalOf(openQueue("workers", "letters")).message())
          .isEqualTo("principal 'anonymous' is not allowed to write topic 'letters'");
    }
  }

  @Test
  void aSubscriptionOfAMemberNeedsAPermissionOnTheGroup() {
    try (WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic = create(client, "read-by-a-group");
      authorizer = (session, operation, resource) -> resource.kind() != Resource.Kind.GROUP;
      SubscribeRequest subscribe =
          new SubscribeRequest(
              1,
              topic.id(),
              0,
              StartKind.LATEST,
              0,
              IsolationLevel.LATEST,
              1,
              List.of(),
              "",
              "secret",
              "m",
              1);
      ErrorResponse refusal = client.answerTo(client.send(2, subscribe), ErrorResponse.class);
      assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
    }
  }

  @Test
  void aGroupThatMayNotBeDescribedIsNotListed() {
    try (WireClient client = WireClient.hello(server.port())) {
      client.ask(join("unlisted"), JoinGroupResponse.class);
      client.ask(join("listed"), JoinGroupResponse.class);
      authorizer =
          (session, operation, resource) ->
              operation != Operation.DESCRIBE || !resource.name().equals("unlisted");
      assertThat(client.ask(new ListGroupsRequest(), ListGroupsResponse.class).groups())
          .extracting(GroupSummary::group)
          .contains("listed")
          .doesNotContain("unlisted");
    }
  }

  @Test
  void theStateOfTheBrokerNeedsAPermissionOnTheBroker() {
    try (WireClient client = WireClient.hello(server.port())) {
      authorizer =
          (session, operation, resource) ->
              operation == Operation.DESCRIBE && resource.kind() == Resource.Kind.BROKER;
      assertThat(codeOf(client, new DescribeBrokerRequest())).isEqualTo(ErrorCode.NONE);

      authorizer = (session, operation, resource) -> resource.kind() != Resource.Kind.BROKER;
      ErrorResponse refusal = client.refusalOf(new DescribeBrokerRequest());
      assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
      assertThat(refusal.message())
          .isEqualTo("principal 'anonymous' is not allowed to describe the broker");
    }
  }

  @Test
  void aTopicThatMayNotBeDescribedIsNotListed() {
    try (WireClient client = WireClient.hello(server.port())) {
      create(client, "unlisted");
      create(client, "listed");
      authorizer =
          (session, operation, resource) ->
              operation != Operation.DESCRIBE || !resource.name().equals("unlisted");

      assertThat(client.ask(new ListTopicsRequest(), ListTopicsResponse.class).topics())
          .extracting(TopicInfo::name)
          .contains("listed")
          .doesNotContain("unlisted");
    }
  }

  @Test
  void theSessionSaysWhoTheClientIs() {
    Session[] asked = new Session[1];
    try (WireClient client = WireClient.hello(server.port())) {
      authorizer =
          (session, operation, resource) -> {
            asked[0] = session;
            return true;
          };
      create(client, "of-a-session");

      assertThat(asked[0].principal()).isEqualTo(Principal.ANONYMOUS);
      assertThat(asked[0].clientId()).isEqualTo("test-client");
      assertThat(((InetSocketAddress) asked[0].remoteAddress()).getPort())
          .isEqualTo(client.socket().getLocalPort());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/recovery"})
  void aPageNeedsAPermissionOnTheBroker(String path) {
    assertThat(Metrics.get(server, path).statusCode()).isEqualTo(200);

    authorizer = (session, operation, resource) -> resource.kind() != Resource.Kind.BROKER;

    assertThat(Metrics.get(server, path).statusCode()).isEqualTo(403);
    assertThat(Metrics.get(server, path).body())
        .startsWith("principal 'anonymous' is not allowed to ")
        .endsWith(" the broker\n");
  }

  @Test
  void everyPageButThoseOfProbesNeedsAPermission() {
    authorizer = (session, operation, resource) -> false;

    String pages = Metrics.get(server, "/").body();
    assertThat(pages).contains("/health/live, /health/ready, /metrics, /recovery");
    for (String path : pages.substring(pages.indexOf('/')).strip().split(", ")) {
      assertThat(Metrics.get(server, path).statusCode())
          .as(path)
          .isEqualTo(path.startsWith("/health/") ? 200 : 403);
    }
  }

  private static TopicInfo create(WireClient client, String name) {
    return client.ask(new CreateTopicRequest(name, 1, Map.of()), TopicResponse.class).topic();
  }

  /** The code of the answer to a request; NONE if it is not refused. */
  private static ErrorCode codeOf(WireClient client, Request request) {
    client.send(request);
    return client.receive().response() instanceof ErrorResponse refusal
        ? refusal.code()
        : ErrorCode.NONE;
  }
}
