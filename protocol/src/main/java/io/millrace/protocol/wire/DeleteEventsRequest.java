package io.millrace.protocol.wire;

import java.util.List;
import java.util.UUID;

/**
 * Deletes the events of partitions of a topic that are below an offset. A repeated request changes
 * nothing.
 *
 * @param topicId the id of the topic
 * @param bounds at most one for each partition, and at most 65,535
 */
public record DeleteEventsRequest(UUID topicId, List<DeletionBound> bounds) implements Request {

  public DeleteEventsRequest {
    bounds = List.copyOf(bounds);
  }

  static DeleteEventsRequest decode(WireReader in) {
    return new DeleteEventsRequest(
        in.uuid("topicId"), in.shortList("bounds", DeletionBound.BYTES, DeletionBound::decode));
  }

  @Override
  public Api api() {
    return Api.DELETE_EVENTS;
  }

  @Override
  public void encode(WireWriter out) {
    out.uuid(topicId);
    out.shortList(bounds, DeletionBound::encode);
  }
}
