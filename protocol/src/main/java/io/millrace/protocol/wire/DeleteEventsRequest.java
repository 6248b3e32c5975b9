package io.millrace.protocol.wire;

import java.util.List;
import java.util.UUID;

/**
 * Deletes the events of partitions of a topic that are below an offset. A repeated request changes
 * nothing.
 *
 * @param topicId the id of the topic
 * @param bounds at most one for each partition. {@link Frames#MAX_REQUEST_BYTES} holds about
 *     43,000; a client sends at most {@link #MAX_BOUNDS}
 */
public record DeleteEventsRequest(UUID topicId, List<DeletionBound> bounds) implements Request {

  /**
   * The number of bounds of one request of the Java client. The broker answers when the disk has
   * all of them; the client waits for the answer for a limited time.
   */
  public static final int MAX_BOUNDS = 1000;

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
