package io.millrace.protocol.wire;

import io.millrace.protocol.IsolationLevel;
import java.util.List;
import java.util.UUID;

/**
 * Requests the batches of a partition from a given start.
 *
 * @param subscriptionId chosen by the client, unique in its connection
 * @param topicId the id of the topic
 * @param partition index of the partition
 * @param startKind the meaning of the start value
 * @param startValue an offset, an event time in microseconds, or 0
 * @param isolation the limit up to which events are visible
 * @param creditBytes bytes that the broker may deliver before it gets more credit
 * @param sources the broker delivers only batches that may contain one of them; empty: all batches
 */
public record SubscribeRequest(
    int subscriptionId,
    UUID topicId,
    int partition,
    StartKind startKind,
    long startValue,
    IsolationLevel isolation,
    long creditBytes,
    List<String> sources)
    implements Request {

  public SubscribeRequest {
    sources = List.copyOf(sources);
  }

  static SubscribeRequest decode(WireReader in) {
    return new SubscribeRequest(
        in.i32("subscriptionId"),
        in.uuid("topicId"),
        in.i32("partition"),
        in.startKind("startKind"),
        in.i64("startValue"),
        in.isolation("isolation"),
        in.i64("creditBytes"),
        in.shortList("sources", WireReader.MIN_STRING_BYTES, each -> each.string("source")));
  }

  @Override
  public Api api() {
    return Api.SUBSCRIBE;
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(subscriptionId);
    out.uuid(topicId);
    out.i32(partition);
    out.u8(startKind.code());
    out.i64(startValue);
    out.u8(isolation.code());
    out.i64(creditBytes);
    out.shortList(sources, (source, to) -> to.string(source));
  }
}
