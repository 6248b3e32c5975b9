package io.millrace.protocol.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All record types that a frame can carry, found from the sealed interfaces. */
final class MessageTypes {

  /** One api whose requests are answered so; responses do not know theirs. */
  private static final Map<Class<? extends Response>, Api> ANSWERED =
      Map.ofEntries(
          Map.entry(HelloResponse.class, Api.HELLO),
          Map.entry(TopicResponse.class, Api.CREATE_TOPIC),
          Map.entry(ListTopicsResponse.class, Api.LIST_TOPICS),
          Map.entry(OpenProducerResponse.class, Api.OPEN_PRODUCER),
          Map.entry(ProduceResponse.class, Api.PRODUCE),
          Map.entry(SubscribeResponse.class, Api.SUBSCRIBE),
          Map.entry(OffsetForTimeResponse.class, Api.OFFSET_FOR_TIME),
          Map.entry(ListSourcesResponse.class, Api.LIST_SOURCES),
          Map.entry(OpenNamedProducerResponse.class, Api.OPEN_NAMED_PRODUCER),
          Map.entry(EmptyResponse.class, Api.PING),
          Map.entry(ErrorResponse.class, Api.PRODUCE));

  private MessageTypes() {}

  static List<Class<?>> all() {
    return Stream.of(Request.class, Response.class, Push.class)
        .flatMap(each -> Arrays.stream(each.getPermittedSubclasses()))
        .<Class<?>>map(each -> each)
        .toList();
  }

  /** Whether its last field goes on to the end of the frame, however long that is. */
  static boolean isOpenEnded(Class<?> type) {
    return type == ProduceRequest.class || type == DeliverPush.class;
  }

  /** The header under which a response of this type is decoded. */
  static FrameHeader requestOf(Response response) {
    return new FrameHeader(
        FrameKind.REQUEST, 1, ANSWERED.get(response.getClass()).number(), Wire.CORRELATION_ID);
  }
}
