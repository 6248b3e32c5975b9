package io.millrace.protocol.wire;

/**
 * The result of an authentication.
 *
 * @param principal the name of the client for the broker
 * @param expiresAtMicros when the credential expires, in microseconds since the epoch, UTC; 0:
 *     never. The client authenticates again before that
 * @param broker what a response to HELLO says about the broker if no authentication is needed
 */
public record LoginInfo(String principal, long expiresAtMicros, BrokerInfo broker) {

  static LoginInfo decode(WireReader in) {
    return new LoginInfo(in.string("principal"), in.i64("expiresAtMicros"), BrokerInfo.decode(in));
  }

  void encode(WireWriter out) {
    out.string(principal);
    out.i64(expiresAtMicros);
    broker.encode(out);
  }
}
