package io.millrace.protocol.wire;

/**
 * The answer of the broker to a request. It has the same api as the request. Several apis may share
 * one type of response.
 */
public sealed interface Response
    permits HelloResponse,
        TopicResponse,
        ListTopicsResponse,
        OpenProducerResponse,
        ProduceResponse,
        SubscribeResponse,
        OffsetForTimeResponse,
        ListSourcesResponse,
        OpenNamedProducerResponse,
        DescribeBrokerResponse,
        DeleteEventsResponse,
        ListDamageResponse,
        JoinGroupResponse,
        GroupBeatResponse,
        CommitOffsetsResponse,
        FetchOffsetsResponse,
        ResetOffsetsResponse,
        DescribeGroupResponse,
        ListGroupsResponse,
        OpenQueueResponse,
        TakeResponse,
        SettleResponse,
        CreateUserResponse,
        DeleteUserResponse,
        ListUsersResponse,
        CreateTokenResponse,
        ListTokensResponse,
        AddRulesResponse,
        ListRulesResponse,
        TestRuleResponse,
        ReloadResponse,
        WhoAmIResponse,
        AuthenticateResponse,
        EmptyResponse,
        ErrorResponse {

  /** Writes the fields after the error code. */
  void encode(WireWriter out);
}
