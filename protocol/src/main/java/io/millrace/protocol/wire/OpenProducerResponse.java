package io.millrace.protocol.wire;

/**
 * The identity of a producer.
 *
 * @param producerId not used before by this broker
 * @param producerEpoch a field of every batch, like the id
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
