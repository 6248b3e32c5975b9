package io.millrace.protocol.wire;

/**
 * The identity of a producer.
 *
 * @param producerId an id that this broker has not used before
 * @param producerEpoch the epoch; every batch has the id and the epoch
 */
public record OpenProducerResponse(long producerId, short producerEpoch) implements Response {

  static OpenProducerResponse decode(WireReader in) {
    return new OpenProducerResponse(in.i64("producerId"), in.i16("producerEpoch"));
  }

  @Override
  public void encode(WireWriter out) {
    out.i64(producerId);
    out.i16(producerEpoch);
  }
}
