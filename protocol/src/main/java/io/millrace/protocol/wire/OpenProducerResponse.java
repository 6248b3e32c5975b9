package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;

/**
 * The identity of a producer.
 *
 * @param producerId never given before
 * @param producerEpoch goes into every batch beside the id
 */
public record OpenProducerResponse(long producerId, short producerEpoch) implements Response {

  static OpenProducerResponse decode(WireReader in) {
    return new OpenProducerResponse(in.i64("producerId"), in.i16("producerEpoch"));
  }

  @Override
  public void encode(ByteBuf out) {
    out.writeLongLE(producerId);
    out.writeShortLE(producerEpoch);
  }
}
