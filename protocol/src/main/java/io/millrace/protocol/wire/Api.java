package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;
import java.util.function.Function;

/**
 * The table of apis: the number on the wire, the versions that this build supports, and the
 * decoders. Numbers below 64 are requests with their responses, the others are pushes. A number
 * never changes and is never reused.
 *
 * <p>The layout of a version never changes. A message with other fields is a new version: its
 * encoder and decoder ask for the version of the body ({@link WireWriter#version}, {@link
 * WireReader#version}). A response has the version of its request. A push has the version of the
 * request that leads to it, and therefore the same range.
 */
public enum Api {
  HELLO(0, 1, 2, HelloRequest::decode, HelloResponse::decode),
  PING(1, 1, 1, PingRequest::decode, EmptyResponse::decode),
  CREATE_TOPIC(2, 1, 1, CreateTopicRequest::decode, TopicResponse::decode),
  ALTER_TOPIC(3, 1, 1, AlterTopicRequest::decode, TopicResponse::decode),
  DELETE_TOPIC(4, 1, 1, DeleteTopicRequest::decode, EmptyResponse::decode),
  LIST_TOPICS(5, 1, 1, ListTopicsRequest::decode, ListTopicsResponse::decode),
  DESCRIBE_TOPIC(6, 1, 1, DescribeTopicRequest::decode, TopicResponse::decode),
  OPEN_PRODUCER(7, 1, 1, OpenProducerRequest::decode, OpenProducerResponse::decode),
  PRODUCE(8, 1, 1, ProduceRequest::decode, ProduceResponse::decode),
  SUBSCRIBE(9, 1, 2, SubscribeRequest::decode, SubscribeResponse::decode),
  UNSUBSCRIBE(10, 1, 1, UnsubscribeRequest::decode, EmptyResponse::decode),
  CREDIT(11, 1, 1, CreditRequest::decode, EmptyResponse::decode),
  OFFSET_FOR_TIME(12, 1, 1, OffsetForTimeRequest::decode, OffsetForTimeResponse::decode),
  LIST_SOURCES(13, 1, 3, ListSourcesRequest::decode, ListSourcesResponse::decode),
  OPEN_NAMED_PRODUCER(
      14, 1, 1, OpenNamedProducerRequest::decode, OpenNamedProducerResponse::decode),
  DESCRIBE_BROKER(15, 1, 1, DescribeBrokerRequest::decode, DescribeBrokerResponse::decode),
  ADD_PARTITIONS(16, 1, 1, AddPartitionsRequest::decode, TopicResponse::decode),
  DELETE_EVENTS(17, 1, 1, DeleteEventsRequest::decode, DeleteEventsResponse::decode),
  LIST_DAMAGE(18, 1, 1, ListDamageRequest::decode, ListDamageResponse::decode),
  JOIN_GROUP(19, 1, 1, JoinGroupRequest::decode, JoinGroupResponse::decode),
  GROUP_BEAT(20, 1, 1, GroupBeatRequest::decode, GroupBeatResponse::decode),
  LEAVE_GROUP(21, 1, 1, LeaveGroupRequest::decode, EmptyResponse::decode),
  COMMIT_OFFSETS(22, 1, 1, CommitOffsetsRequest::decode, CommitOffsetsResponse::decode),
  FETCH_OFFSETS(23, 1, 1, FetchOffsetsRequest::decode, FetchOffsetsResponse::decode),
  RESET_OFFSETS(24, 1, 1, ResetOffsetsRequest::decode, ResetOffsetsResponse::decode),
  CONFIGURE_GROUP(25, 1, 1, ConfigureGroupRequest::decode, EmptyResponse::decode),
  DELETE_GROUP(26, 1, 1, DeleteGroupRequest::decode, EmptyResponse::decode),
  DESCRIBE_GROUP(27, 1, 2, DescribeGroupRequest::decode, DescribeGroupResponse::decode),
  LIST_GROUPS(28, 1, 2, ListGroupsRequest::decode, ListGroupsResponse::decode),
  OPEN_QUEUE(29, 1, 1, OpenQueueRequest::decode, OpenQueueResponse::decode),
  TAKE(30, 1, 1, TakeRequest::decode, TakeResponse::decode),
  SETTLE(31, 1, 1, SettleRequest::decode, SettleResponse::decode),
  CLOSE_QUEUE(32, 1, 1, CloseQueueRequest::decode, EmptyResponse::decode),
  AUTHENTICATE(33, 1, 1, AuthenticateRequest::decode, AuthenticateResponse::decode),
  CREATE_USER(34, 1, 1, CreateUserRequest::decode, CreateUserResponse::decode),
  ALTER_USER(35, 1, 1, AlterUserRequest::decode, EmptyResponse::decode),
  DELETE_USER(36, 1, 1, DeleteUserRequest::decode, DeleteUserResponse::decode),
  LIST_USERS(37, 1, 1, ListUsersRequest::decode, ListUsersResponse::decode),
  CREATE_TOKEN(38, 1, 1, CreateTokenRequest::decode, CreateTokenResponse::decode),
  LIST_TOKENS(39, 1, 1, ListTokensRequest::decode, ListTokensResponse::decode),
  REVOKE_TOKEN(40, 1, 1, RevokeTokenRequest::decode, EmptyResponse::decode),
  ADD_RULES(41, 1, 1, AddRulesRequest::decode, AddRulesResponse::decode),
  REMOVE_RULES(42, 1, 1, RemoveRulesRequest::decode, EmptyResponse::decode),
  LIST_RULES(43, 1, 1, ListRulesRequest::decode, ListRulesResponse::decode),
  TEST_RULE(44, 1, 1, TestRuleRequest::decode, TestRuleResponse::decode),
  RELOAD(45, 1, 1, ReloadRequest::decode, ReloadResponse::decode),
  WHO_AM_I(46, 1, 1, WhoAmIRequest::decode, WhoAmIResponse::decode),

  DELIVER(64, SUBSCRIBE, DeliverPush::decode),
  SUBSCRIPTION_ENDED(65, SUBSCRIBE, SubscriptionEndedPush::decode),
  GO_AWAY(66, HELLO, GoAwayPush::decode),
  GROUP_CHANGED(67, JOIN_GROUP, GroupChangedPush::decode),
  FILTER_PROGRESS(68, SUBSCRIBE, FilterProgressPush::decode),
  THROTTLED(69, PRODUCE, ThrottledPush::decode);

  private static final Api[] BY_NUMBER = new Api[70];

  static {
    for (Api api : values()) {
      BY_NUMBER[api.number] = api;
    }
  }

  private final int number;
  private final int minVersion;
  private final int maxVersion;
  private final Function<WireReader, ? extends Request> requestDecoder;
  private final Function<WireReader, ? extends Response> responseDecoder;
  private final Function<WireReader, ? extends Push> pushDecoder;

  Api(
      int number,
      int minVersion,
      int maxVersion,
      Function<WireReader, ? extends Request> requestDecoder,
      Function<WireReader, ? extends Response> responseDecoder) {
    this.number = number;
    this.minVersion = minVersion;
    this.maxVersion = maxVersion;
    this.requestDecoder = requestDecoder;
    this.responseDecoder = responseDecoder;
    this.pushDecoder = null;
  }

  Api(int number, Api request, Function<WireReader, ? extends Push> pushDecoder) {
    this.number = number;
    this.minVersion = request.minVersion;
    this.maxVersion = request.maxVersion;
    this.requestDecoder = null;
    this.responseDecoder = null;
    this.pushDecoder = pushDecoder;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The lowest version that this build supports. */
  public int minVersion() {
    return minVersion;
  }

  /** The highest version that this build supports. */
  public int maxVersion() {
    return maxVersion;
  }

  /** Whether this is a push, which the broker sends on its own, not in response to a request. */
  public boolean isPush() {
    return pushDecoder != null;
  }

  /**
   * The api that a frame names.
   *
   * @throws WireException {@code UNKNOWN_API}
   */
  static Api of(FrameHeader header) {
    Api api = find(header.api());
    if (api == null || api.isPush() != (header.kind() == FrameKind.PUSH)) {
      throw unknown(header);
    }
    return api;
  }

  static WireException unknown(FrameHeader header) {
    return new WireException(
        ErrorCode.UNKNOWN_API,
        "there is no "
            + (header.kind() == FrameKind.PUSH ? "push" : "request")
            + " with api number "
            + header.api()
            + "; the response to HELLO lists the supported apis");
  }

  /** The name of an api, or its number if this build does not know it. */
  static String nameOf(int number) {
    Api api = find(number);
    return api == null ? "api " + number : api.name();
  }

  /** The api with this number; null if this build does not know it. */
  static Api find(int number) {
    return number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }

  Request decodeRequest(WireReader in) {
    return requestDecoder.apply(in);
  }

  Response decodeResponse(WireReader in) {
    return responseDecoder.apply(in);
  }

  Push decodePush(WireReader in) {
    return pushDecoder.apply(in);
  }
}
