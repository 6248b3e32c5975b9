package io.millrace.protocol.wire;

/** Requests the state of the broker as a whole. */
public record DescribeBrokerRequest() implements Request {

  static DescribeBrokerRequest decode(WireReader in) {
    return new DescribeBrokerRequest();
  }

  @Override
  public Api api() {
    return Api.DESCRIBE_BROKER;
  }

  @Override
  public void encode(WireWriter out) {}
}
