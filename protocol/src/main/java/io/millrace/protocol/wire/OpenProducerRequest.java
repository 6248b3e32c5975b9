package io.millrace.protocol.wire;

/** Requests the identity of an idempotent producer. The broker stores each of its batches once. */
public record OpenProducerRequest() implements Request {

  static OpenProducerRequest decode(WireReader in) {
    return new OpenProducerRequest();
  }

  @Override
  public Api api() {
    return Api.OPEN_PRODUCER;
  }

  @Override
  public void encode(WireWriter out) {}
}
