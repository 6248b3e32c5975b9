package io.millrace.protocol.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** All record types that a frame can carry, found from the sealed interfaces. */
final class MessageTypes {

  /** The api of each request and push; for a response, one api of its requests. */
  private static final Map<Class<?>, Api> APIS =
      Map.ofEntries(
          Map.entry(HelloRequest.class, Api.HELLO),
          Map.entry(PingRequest.class, Api.PING),
          Map.entry(CreateTopicRequest.class, Api.CREATE_TOPIC),
          Map.entry(AlterTopicRequest.class, Api.ALTER_TOPIC),
          Map.entry(DeleteTopicRequest.class, Api.DELETE_TOPIC),
          Map.entry(ListTopicsRequest.class, Api.LIST_TOPICS),
          Map.entry(DescribeTopicRequest.class, Api.DESCRIBE_TOPIC),
          Map.entry(OpenProducerRequest.class, Api.OPEN_PRODUCER),
          Map.entry(ProduceRequest.class, Api.PRODUCE),
          Map.entry(SubscribeRequest.class, Api.SUBSCRIBE),
          Map.entry(UnsubscribeRequest.class, Api.UNSUBSCRIBE),
          Map.entry(CreditRequest.class, Api.CREDIT),
          Map.entry(OffsetForTimeRequest.class, Api.OFFSET_FOR_TIME),
          Map.entry(ListSourcesRequest.class, Api.LIST_SOURCES),
          Map.entry(OpenNamedProducerRequest.class, Api.OPEN_NAMED_PRODUCER),
          Map.entry(DescribeBrokerRequest.class, Api.DESCRIBE_BROKER),
          Map.entry(AddPartitionsRequest.class, Api.ADD_PARTITIONS),
          Map.entry(DeleteEventsRequest.class, Api.DELETE_EVENTS),
          Map.entry(ListDamageRequest.class, Api.LIST_DAMAGE),
          Map.entry(JoinGroupRequest.class, Api.JOIN_GROUP),
          Map.entry(GroupBeatRequest.class, Api.GROUP_BEAT),
          Map.entry(LeaveGroupRequest.class, Api.LEAVE_GROUP),
          Map.entry(CommitOffsetsRequest.class, Api.COMMIT_OFFSETS),
          Map.entry(FetchOffsetsRequest.class, Api.FETCH_OFFSETS),
          Map.entry(ResetOffsetsRequest.class, Api.RESET_OFFSETS),
          Map.entry(ConfigureGroupRequest.class, Api.CONFIGURE_GROUP),
          Map.entry(DeleteGroupRequest.class, Api.DELETE_GROUP),
          Map.entry(DescribeGroupRequest.class, Api.DESCRIBE_GROUP),
          Map.entry(ListGroupsRequest.class, Api.LIST_GROUPS),
          Map.entry(OpenQueueRequest.class, Api.OPEN_QUEUE),
          Map.entry(TakeRequest.class, Api.TAKE),
          Map.entry(SettleRequest.class, Api.SETTLE),
          Map.entry(CloseQueueRequest.class, Api.CLOSE_QUEUE),
          Map.entry(CreateUserRequest.class, Api.CREATE_USER),
          Map.entry(AlterUserRequest.class, Api.ALTER_USER),
          Map.entry(DeleteUserRequest.class, Api.DELETE_USER),
          Map.entry(ListUsersRequest.class, Api.LIST_USERS),
          Map.entry(CreateTokenRequest.class, Api.CREATE_TOKEN),
          Map.entry(ListTokensRequest.class, Api.LIST_TOKENS),
          Map.entry(RevokeTokenRequest.class, Api.REVOKE_TOKEN),
          Map.entry(AddRulesRequest.class, Api.ADD_RULES),
          Map.entry(RemoveRulesRequest.class, Api.REMOVE_RULES),
          Map.entry(ListRulesRequest.class, Api.LIST_RULES),
          Map.entry(TestRuleRequest.class, Api.TEST_RULE),
          Map.entry(ReloadRequest.class, Api.RELOAD),
          Map.entry(WhoAmIRequest.class, Api.WHO_AM_I),
          Map.entry(AuthenticateRequest.class, Api.AUTHENTICATE),
          Map.entry(HelloResponse.class, Api.HELLO),
          Map.entry(TopicResponse.class, Api.CREATE_TOPIC),
          Map.entry(ListTopicsResponse.class, Api.LIST_TOPICS),
          Map.entry(OpenProducerResponse.class, Api.OPEN_PRODUCER),
          Map.entry(ProduceResponse.class, Api.PRODUCE),
          Map.entry(SubscribeResponse.class, Api.SUBSCRIBE),
          Map.entry(OffsetForTimeResponse.class, Api.OFFSET_FOR_TIME),
          Map.entry(ListSourcesResponse.class, Api.LIST_SOURCES),
          Map.entry(OpenNamedProducerResponse.class, Api.OPEN_NAMED_PRODUCER),
          Map.entry(DescribeBrokerResponse.class, Api.DESCRIBE_BROKER),
          Map.entry(DeleteEventsResponse.class, Api.DELETE_EVENTS),
          Map.entry(ListDamageResponse.class, Api.LIST_DAMAGE),
          Map.entry(JoinGroupResponse.class, Api.JOIN_GROUP),
          Map.entry(GroupBeatResponse.class, Api.GROUP_BEAT),
          Map.entry(CommitOffsetsResponse.class, Api.COMMIT_OFFSETS),
          Map.entry(FetchOffsetsResponse.class, Api.FETCH_OFFSETS),
          Map.entry(ResetOffsetsResponse.class, Api.RESET_OFFSETS),
          Map.entry(DescribeGroupResponse.class, Api.DESCRIBE_GROUP),
          Map.entry(ListGroupsResponse.class, Api.LIST_GROUPS),
          Map.entry(OpenQueueResponse.class, Api.OPEN_QUEUE),
          Map.entry(TakeResponse.class, Api.TAKE),
          Map.entry(SettleResponse.class, Api.SETTLE),
          Map.entry(CreateUserResponse.class, Api.CREATE_USER),
          Map.entry(DeleteUserResponse.class, Api.DELETE_USER),
          Map.entry(ListUsersResponse.class, Api.LIST_USERS),
          Map.entry(CreateTokenResponse.class, Api.CREATE_TOKEN),
          Map.entry(ListTokensResponse.class, Api.LIST_TOKENS),
          Map.entry(AddRulesResponse.class, Api.ADD_RULES),
          Map.entry(ListRulesResponse.class, Api.LIST_RULES),
          Map.entry(TestRuleResponse.class, Api.TEST_RULE),
          Map.entry(ReloadResponse.class, Api.RELOAD),
          Map.entry(WhoAmIResponse.class, Api.WHO_AM_I),
          Map.entry(AuthenticateResponse.class, Api.AUTHENTICATE),
          Map.entry(EmptyResponse.class, Api.PING),
          Map.entry(ErrorResponse.class, Api.PRODUCE),
          Map.entry(DeliverPush.class, Api.DELIVER),
          Map.entry(SubscriptionEndedPush.class, Api.SUBSCRIPTION_ENDED),
          Map.entry(GoAwayPush.class, Api.GO_AWAY),
          Map.entry(GroupChangedPush.class, Api.GROUP_CHANGED),
          Map.entry(FilterProgressPush.class, Api.FILTER_PROGRESS),
          Map.entry(ThrottledPush.class, Api.THROTTLED));

  private static final Set<Class<?>> OPEN_ENDED =
      Set.of(
          ProduceRequest.class,
          DeliverPush.class,
          TakeResponse.class,
          AuthenticateRequest.class,
          AuthenticateResponse.class);

  private MessageTypes() {}

  static List<Class<?>> all() {
    return Stream.of(Request.class, Response.class, Push.class)
        .flatMap(each -> Arrays.stream(each.getPermittedSubclasses()))
        .<Class<?>>map(each -> each)
        .toList();
  }

  /** Whether its last field has all bytes up to the end of the frame. */
  static boolean isOpenEnded(Class<?> type) {
    return OPEN_ENDED.contains(type);
  }

  /** The api under which a message of this type travels; for a response, one of several. */
  static Api apiOf(Class<?> type) {
    return APIS.get(type);
  }
}
