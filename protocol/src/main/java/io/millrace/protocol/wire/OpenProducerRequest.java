package io.millrace.protocol.wire;

/** Asks for an identity under which batches are stored once, however often they are sent. */
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
