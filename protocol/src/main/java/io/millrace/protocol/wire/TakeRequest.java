package io.millrace.protocol.wire;

/**
 * Takes events from a queue, and locks them. Waits until there are some.
 *
 * @param queueId the id of the queue
 * @param maxEvents the largest number of events, 1 to 10,000
 * @param maxBytes bytes of events, 1 or more; a first event that is larger comes nevertheless
 * @param maxWaitMicros how long to wait for events, 0 to 60,000,000
 */
public record TakeRequest(int queueId, int maxEvents, int maxBytes, long maxWaitMicros)
    implements Request {

  static TakeRequest decode(WireReader in) {
    return new TakeRequest(
        in.i32("queueId"), in.i32("maxEvents"), in.i32("maxBytes"), in.i64("maxWaitMicros"));
  }

  @Override
  public Api api() {
    return Api.TAKE;
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(queueId);
    out.i32(maxEvents);
    out.i32(maxBytes);
    out.i64(maxWaitMicros);
  }
}
