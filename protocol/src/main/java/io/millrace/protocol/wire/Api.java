package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Everything that can be said on the wire, in one table: its number, the versions that this build
 * speaks, and who reads it. Numbers below 64 are requests, the others are pushes. Numbers never
 * change and are never reused; a changed message is a new version.
 */
public enum Api {
  HELLO(0, 1, 1, HelloRequest::decode, HelloResponse::decode),
  PING(1, 1, 1, PingRequest::decode, EmptyResponse::decode),
  CREATE_TOPIC(2, 1, 1, CreateTopicRequest::decode, TopicResponse::decode),
  ALTER_TOPIC(3, 1, 1, AlterTopicRequest::decode, TopicResponse::decode),
  DELETE_TOPIC(4, 1, 1, DeleteTopicRequest::decode, EmptyResponse::decode),
  LIST_TOPICS(5, 1, 1, ListTopicsRequest::decode, ListTopicsResponse::decode),
  DESCRIBE_TOPIC(6, 1, 1, DescribeTopicRequest::decode, TopicResponse::decode),
  OPEN_PRODUCER(7, 1, 1, OpenProducerRequest::decode, OpenProducerResponse::decode),
  PRODUCE(8, 1, 1, ProduceRequest::decode, ProduceResponse::decode),
  SUBSCRIBE(9, 1, 1, SubscribeRequest::decode, SubscribeResponse::decode),
  UNSUBSCRIBE(10, 1, 1, UnsubscribeRequest::decode, EmptyResponse::decode),
  CREDIT(11, 1, 1, CreditRequest::decode, EmptyResponse::decode),
  OFFSET_FOR_TIME(12, 1, 1, OffsetForTimeRequest::decode, OffsetForTimeResponse::decode),
  LIST_SOURCES(13, 1, 1, ListSourcesRequest::decode, ListSourcesResponse::decode),
  OPEN_NAMED_PRODUCER(
      14, 1, 1, OpenNamedProducerRequest::decode, OpenNamedProducerResponse::decode),

  DELIVER(64, 1, 1, DeliverPush::decode),
  SUBSCRIPTION_ENDED(65, 1, 1, SubscriptionEndedPush::decode),
  GO_AWAY(66, 1, 1, GoAwayPush::decode);

  private static final Api[] BY_NUMBER = new Api[67];

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

  Api(
      int number,
      int minVersion,
      int maxVersion,
      Function<WireReader, ? extends Push> pushDecoder) {
    this.number = number;
    this.minVersion = minVersion;
    this.maxVersion = maxVersion;
    this.requestDecoder = null;
    this.responseDecoder = null;
    this.pushDecoder = pushDecoder;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The oldest version that this build speaks. */
  public int minVersion() {
    return minVersion;
  }

  /** The newest version that this build speaks, and the one that it writes. */
  public int maxVersion() {
    return maxVersion;
  }

  /** Whether the broker sends it unasked. */
  public boolean isPush() {
    return pushDecoder != null;
  }

  /**
   * The api that a frame names.
   *
   * @throws WireException {@code UNKNOWN_API} or {@code UNSUPPORTED_VERSION}
   */
  public static Api of(FrameHeader header) {
    Api api = find(header.api());
    if (api == null || api.isPush() != (header.kind() == FrameKind.PUSH)) {
      throw new WireException(
          ErrorCode.UNKNOWN_API,
          "there is no "
              + (header.kind() == FrameKind.PUSH ? "push" : "request")
              + " with api number "
              + header.api()
              + "; the answer to Hello lists those there are");
    }
    if (header.version() < api.minVersion || header.version() > api.maxVersion) {
      throw new WireException(
          ErrorCode.UNSUPPORTED_VERSION,
          api
              + " version "
              + header.version()
              + " is not supported; supported are "
              + api.minVersion
              + " to "
              + api.maxVersion);
    }
    return api;
  }

  /** What this build speaks, as the answer to Hello says it. */
  public static List<ApiVersions> spoken() {
    return Arrays.stream(values())
        .map(api -> new ApiVersions(api.number, api.minVersion, api.maxVersion))
        .toList();
  }

  /** The name of an api, or its number if this build does not know it. */
  static String nameOf(int number) {
    Api api = find(number);
    return api == null ? "api " + number : api.name();
  }

  private static Api find(int number) {
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
