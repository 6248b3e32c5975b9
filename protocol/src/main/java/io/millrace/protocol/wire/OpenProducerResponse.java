package io.millrace.protocol.wire;

import io.millrace.protocol.ProducerSecret;

/**
 * The identity of a producer.
 *
 * @param producerId an id that this broker has not used before
 * @param producerEpoch the epoch; every batch has the id and the epoch
 * @param producerSecret the proof of the id and the epoch; every {@link ProduceRequest} has it
 */
public record OpenProducerResponse(
    long producerId, short producerEpoch, ProducerSecret producerSecret) implements Response {

  static OpenProducerResponse decode(WireReader in) {
    return new OpenProducerResponse(
        in.i64("producerId"), in.i16("producerEpoch"), in.secret("producerSecret"));
  }

  @Override
  public void encode(WireWriter out) {
    out.i64(producerId);
    out.i16(producerEpoch);
    out.secret(producerSecret);
  }
}
