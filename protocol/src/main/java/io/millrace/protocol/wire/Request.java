package io.millrace.protocol.wire;

/** What a client asks. */
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
        OpenNamedProducerRequest {

  /** Its row in the table of apis. */
  Api api();

  /** Writes the body, without the frame around it. */
  void encode(WireWriter out);
}
