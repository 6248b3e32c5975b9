package io.millrace.server;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.wire.AddPartitionsRequest;
import io.millrace.protocol.wire.AlterTopicRequest;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.AuthenticateRequest;
import io.millrace.protocol.wire.CloseQueueRequest;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.ConfigureGroupRequest;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.CreditRequest;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeleteGroupRequest;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.DeletionBound;
import io.millrace.protocol.wire.DescribeBrokerRequest;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.FetchOffsetsRequest;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.LeaveGroupRequest;
import io.millrace.protocol.wire.ListDamageRequest;
import io.millrace.protocol.wire.ListGroupsRequest;
import io.millrace.protocol.wire.ListSourcesRequest;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.OffsetForTimeRequest;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.QueueSettingsInfo;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.ResetOffsetsRequest;
import io.millrace.protocol.wire.SettleRequest;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.TakeRequest;
import io.millrace.protocol.wire.UnsubscribeRequest;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * The permissions that each api needs, a request of the api, and the codes of its answers. A new
 * api needs an entry here: {@link ApiMatrixTest} fails without one.
 */
final class ApiPermissions {

  /** In a permission: the topic or the group that the request names. */
  static final String NAME = "NAME";

  /**
   * An api.
   *
   * @param permissions the rules that it needs, all of them; empty: every authenticated client may
   *     use it
   * @param denied the code for a client without any rule
   * @param served the code for a client with the permissions
   */
  record Entry(
      List<String> permissions,
      ErrorCode denied,
      ErrorCode served,
      Function<Subject, Request> request) {}

  /**
   * What a request names.
   *
   * @param name of a topic, and of a group
   * @param topicId the id of the topic with this name, if it exists
   * @param token a valid token
   */
  record Subject(String name, UUID topicId, String token) {}

  private static final Map<Api, Entry> ENTRIES = new EnumMap<>(Api.class);

  static {
    free(Api.HELLO, ErrorCode.HELLO_EXPECTED, s -> new HelloRequest("me", "", List.of("TOKEN")));
    free(Api.AUTHENTICATE, ErrorCode.NONE, ApiPermissions::authenticate);
    free(Api.PING, ErrorCode.NONE, s -> new PingRequest());
    free(Api.LIST_TOPICS, ErrorCode.NONE, s -> new ListTopicsRequest());
    free(Api.LIST_GROUPS, ErrorCode.NONE, s -> new ListGroupsRequest());
    free(Api.OPEN_PRODUCER, ErrorCode.NONE, s -> new OpenProducerRequest());
    free(Api.UNSUBSCRIBE, ErrorCode.UNKNOWN_SUBSCRIPTION, s -> new UnsubscribeRequest(1));
    free(Api.CREDIT, ErrorCode.NONE, s -> new CreditRequest(1, 1));
    free(Api.TAKE, ErrorCode.UNKNOWN_QUEUE, s -> new TakeRequest(1, 1, 1, 0));
    free(Api.SETTLE, ErrorCode.UNKNOWN_QUEUE, s -> new SettleRequest(1, 0, List.of()));
    free(Api.CLOSE_QUEUE, ErrorCode.UNKNOWN_QUEUE, s -> new CloseQueueRequest(1));

    add(
        Api.CREATE_TOPIC,
        "create topic:NAME",
        ErrorCode.NOT_AUTHORIZED,
        ErrorCode.TOPIC_EXISTS,
        s -> new CreateTopicRequest(s.name(), 1, Map.of()));
    topic(Api.ALTER_TOPIC, "alter", s -> new AlterTopicRequest(s.name(), Map.of()));
    topic(Api.ADD_PARTITIONS, "alter", s -> new AddPartitionsRequest(s.name(), 2));
    topic(Api.DELETE_TOPIC, "delete", s -> new DeleteTopicRequest(s.name()));
    topic(
        Api.DELETE_EVENTS,
        "delete",
        s -> new DeleteEventsRequest(s.topicId(), List.of(new DeletionBound(0, 0))));
    topic(Api.DESCRIBE_TOPIC, "describe", s -> new DescribeTopicRequest(s.name()));
    topic(
        Api.OPEN_NAMED_PRODUCER,
        "write",
        s -> new OpenNamedProducerRequest(s.topicId(), "producer"));
    topic(Api.PRODUCE, "write", ApiPermissions::produce);
    topic(Api.SUBSCRIBE, "read", ApiPermissions::subscribe);
    topic(
        Api.OFFSET_FOR_TIME,
        "describe",
        s -> new OffsetForTimeRequest(s.topicId(), 0, 0, IsolationLevel.LATEST));
    topic(
        Api.LIST_SOURCES,
        "describe",
        s -> new ListSourcesRequest(s.topicId(), IsolationLevel.LATEST, false));
    topic(Api.LIST_DAMAGE, "describe", s -> new ListDamageRequest(s.name(), -1, 0));
    add(
        Api.DESCRIBE_BROKER,
        "describe broker",
        ErrorCode.NOT_AUTHORIZED,
        ErrorCode.NONE,
        s -> new DescribeBrokerRequest());

    add(
        Api.JOIN_GROUP,
        List.of("join group:NAME", "read topic:NAME"),
        ErrorCode.NOT_AUTHORIZED,
        ErrorCode.NONE,
        ApiPermissions::join);
    add(
        Api.OPEN_QUEUE,
        List.of("join group:NAME", "read topic:NAME"),
        ErrorCode.NOT_AUTHORIZED,
        ErrorCode.NONE,
        ApiPermissions::openQueue);
    member(Api.GROUP_BEAT, ErrorCode.UNKNOWN_MEMBER, ApiPermissions::beat);
    member(Api.LEAVE_GROUP, ErrorCode.NONE, s -> new LeaveGroupRequest(s.name(), "m", -1, false));
    member(
        Api.COMMIT_OFFSETS,
        ErrorCode.UNKNOWN_MEMBER,
        s -> new CommitOffsetsRequest(s.name(), "m", 1, List.of()));
    member(
        Api.FETCH_OFFSETS,
        ErrorCode.UNKNOWN_GROUP,
        s -> new FetchOffsetsRequest(s.name(), List.of()));
    group(Api.RESET_OFFSETS, "reset", s -> new ResetOffsetsRequest(s.name(), List.of(), true));
    group(Api.CONFIGURE_GROUP, "alter", s -> new ConfigureGroupRequest(s.name(), 0));
    group(Api.DELETE_GROUP, "delete", s -> new DeleteGroupRequest(s.name()));
    group(Api.DESCRIBE_GROUP, "describe", s -> new DescribeGroupRequest(s.name()));
  }

  static {
    ENTRIES.putAll(AccessApiPermissions.entries());
  }

  private ApiPermissions() {}

  /** The entry of an api; null: it has none. */
  static Entry of(Api api) {
    return ENTRIES.get(api);
  }

  private static void free(Api api, ErrorCode served, Function<Subject, Request> request) {
    add(api, List.of(), served, served, request);
  }

  private static void topic(Api api, String operation, Function<Subject, Request> request) {
    add(api, operation + " topic:NAME", ErrorCode.UNKNOWN_TOPIC, ErrorCode.NONE, request);
  }

  /** An api that a member uses: its refusal does not say whether the group exists. */
  private static void member(Api api, ErrorCode served, Function<Subject, Request> request) {
    add(api, "join group:NAME", ErrorCode.NOT_AUTHORIZED, served, request);
  }

  /** An api for a group that exists; that of the request does not. */
  private static void group(Api api, String operation, Function<Subject, Request> request) {
    add(api, operation + " group:NAME", ErrorCode.UNKNOWN_GROUP, ErrorCode.UNKNOWN_GROUP, request);
  }

  private static void add(
      Api api,
      String permission,
      ErrorCode denied,
      ErrorCode served,
      Function<Subject, Request> request) {
    add(api, List.of(permission), denied, served, request);
  }

  private static void add(
      Api api,
      List<String> permissions,
      ErrorCode denied,
      ErrorCode served,
      Function<Subject, Request> request) {
    ENTRIES.put(api, new Entry(permissions, denied, served, request));
  }

  private static Request authenticate(Subject subject) {
    return new AuthenticateRequest(
        "TOKEN", Unpooled.copiedBuffer(subject.token(), StandardCharsets.UTF_8));
  }

  private static Request produce(Subject subject) {
    return new ProduceRequest(
        subject.topicId(),
        0,
        AckLevel.STORED,
        ProducerSecret.NONE,
        Unpooled.wrappedBuffer(TestServers.batch("s", "v")));
  }

  private static Request subscribe(Subject subject) {
    return new SubscribeRequest(
        1, subject.topicId(), 0, StartKind.LATEST, 0, IsolationLevel.LATEST, 1, List.of());
  }

  private static Request join(Subject subject) {
    return new JoinGroupRequest(
        subject.name(),
        "m",
        "",
        60_000_000,
        0,
        GroupAssignor.AS_THE_GROUP,
        new GroupSubscription(1, List.of(subject.name()), ""));
  }

  private static Request beat(Subject subject) {
    return new GroupBeatRequest(
        subject.name(), "m", 1, "", List.of(), -1, 0, GroupSubscription.UNCHANGED);
  }

  private static Request openQueue(Subject subject) {
    return new OpenQueueRequest(
        1,
        subject.name(),
        subject.name(),
        UUID.randomUUID(),
        OpenQueueRequest.NO_LOCK,
        QueueSettingsInfo.AS_THE_QUEUE);
  }
}
