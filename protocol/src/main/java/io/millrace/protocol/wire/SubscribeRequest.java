package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;
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
 * @param filter the broker delivers only events that match this expression; empty: all events;
 *     since version {@link #FILTER_SINCE}, as the fields after it
 * @param group the group for which the partition is read; empty: none. The broker ends the
 *     subscription when the member does not own the partition any more
 * @param member the id of the member; empty without a group
 * @param memberEpoch the epoch of the member's newest assignment; 0 without a group
 */
public record SubscribeRequest(
    int subscriptionId,
    UUID topicId,
    int partition,
    StartKind startKind,
    long startValue,
    IsolationLevel isolation,
    long creditBytes,
    List<String> sources,
    String filter,
    String group,
    String member,
    long memberEpoch)
    implements Request {

  /** The first version with a filter and a group. */
  public static final int FILTER_SINCE = 2;

  public SubscribeRequest {
    sources = List.copyOf(sources);
  }

  /** A subscription without a filter and a group. */
  public SubscribeRequest(
      int subscriptionId,
      UUID topicId,
      int partition,
      StartKind startKind,
      long startValue,
      IsolationLevel isolation,
      long creditBytes,
      List<String> sources) {
    this(
        subscriptionId,
        topicId,
        partition,
        startKind,
        startValue,
        isolation,
        creditBytes,
        sources,
        "",
        "",
        "",
        0);
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
        in.shortList("sources", WireReader.MIN_STRING_BYTES, each -> each.string("source")),
        in.version() >= FILTER_SINCE ? in.string("filter") : "",
        in.version() >= FILTER_SINCE ? in.string("group") : "",
        in.version() >= FILTER_SINCE ? in.string("member") : "",
        in.version() >= FILTER_SINCE ? in.i64("memberEpoch") : 0);
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
    if (out.version() >= FILTER_SINCE) {
      out.string(filter);
      out.string(group);
      out.string(member);
      out.i64(memberEpoch);
    } else if (!filter.isEmpty() || !group.isEmpty()) {
      throw new WireException(
          ErrorCode.UNSUPPORTED_VERSION,
          "the broker supports SUBSCRIBE version 1 only, which has no filter and no group; upgrade"
              + " the broker");
    }
  }
}
