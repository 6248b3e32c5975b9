package io.millrace.protocol.wire;

import java.util.List;

/**
 * Settles events that a consumer has taken.
 *
 * @param queueId the id of the queue
 * @param settlements up to 10,000; carried out one after the other
 */
public record SettleRequest(int queueId, List<Settlement> settlements) implements Request {

  public SettleRequest {
    settlements = List.copyOf(settlements);
  }

  static SettleRequest decode(WireReader in) {
    return new SettleRequest(
        in.i32("queueId"), in.longList("settlements", Settlement.MIN_BYTES, Settlement::decode));
  }

  @Override
  public Api api() {
    return Api.SETTLE;
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(queueId);
    out.longList(settlements, Settlement::encode);
  }
}
