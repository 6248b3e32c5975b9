package io.millrace.protocol.wire;

/** A message from a client to the broker. */
public sealed interface Request
    permits HelloRequest,
        PingRequest,
        CreateTopicRequest,
        AlterTopicRequest,
        DeleteTopicRequest,
        ListTopicsRequest,
        DescribeTopicRequest,
        OpenProducerRequest,
        ProduceRequest,
        SubscribeRequest,
        UnsubscribeRequest,
        CreditRequest,
        OffsetForTimeRequest,
        ListSourcesRequest,
        OpenNamedProducerRequest,
        DescribeBrokerRequest,
        AddPartitionsRequest,
        DeleteEventsRequest,
        ListDamageRequest,
        JoinGroupRequest,
        GroupBeatRequest,
        LeaveGroupRequest,
        CommitOffsetsRequest,
        FetchOffsetsRequest,
        ResetOffsetsRequest,
        ConfigureGroupRequest,
        DeleteGroupRequest,
        DescribeGroupRequest,
        ListGroupsRequest,
        OpenQueueRequest,
        TakeRequest,
        SettleRequest,
        CloseQueueRequest,
        AuthenticateRequest,
        CreateUserRequest,
        AlterUserRequest,
        DeleteUserRequest,
        ListUsersRequest,
        CreateTokenRequest,
        ListTokensRequest,
        RevokeTokenRequest,
        AddRulesRequest,
        RemoveRulesRequest,
        ListRulesRequest,
        TestRuleRequest,
        ReloadRequest,
        WhoAmIRequest {

  /** The api of this message. */
  Api api();

  /** Writes the body of the frame in the version of the writer. */
  void encode(WireWriter out);
}
