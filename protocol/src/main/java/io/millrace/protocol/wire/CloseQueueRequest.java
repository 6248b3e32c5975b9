package io.millrace.protocol.wire;

/**
 * Closes a queue on the connection. Events that the consumer has locked are released, and no
 * delivery counts as a failed one.
 *
 * @param queueId the id of the queue
 */
public record CloseQueueRequest(int queueId) implements Request {

  static CloseQueueRequest decode(WireReader in) {
    return new CloseQueueRequest(in.i32("queueId"));
  }

  @Override
  public Api api() {
    return Api.CLOSE_QUEUE;
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(queueId);
  }
}
