package io.millrace.protocol.wire;

/**
 * What the broker answers. It has no api of its own: a response belongs to its request, and some
 * requests are answered alike.
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
        EmptyResponse,
        ErrorResponse {

  /** Writes the fields after the error code. */
  void encode(WireWriter out);
}
