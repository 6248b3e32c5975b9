package io.millrace.protocol.wire;

import java.util.List;

/**
 * Settles events that a consumer has taken.
 *
 * @param queueId the id of the queue
 * @param number of the request in its session, at least 0: higher than that of every earlier
 *     request. A request whose answer is lost is sent again with its number, and is answered as the
 *     first one
 * @param settlements up to 10,000; carried out one after the other
 */
public record SettleRequest(int queueId, long number, List<Settlement> settlements)
    implements Request {

  public SettleRequest {
    settlements = List.copyOf(settlements);
  }

  static SettleRequest decode(WireReader in) {
    return new SettleRequest(
        in.i32("queueId"),
        in.i64("number"),
        in.longList("settlements", Settlement.MIN_BYTES, Settlement::decode));
  }

  @Override
  public Api api() {
    return Api.SETTLE;
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(queueId);
    out.i64(number);
    out.longList(settlements, Settlement::encode);
  }
}
