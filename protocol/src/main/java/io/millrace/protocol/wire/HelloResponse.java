package io.millrace.protocol.wire;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether the client may use the broker now, or must authenticate first.
 *
 * <p>Version 1 has the fields of {@link BrokerInfo} only: a broker that needs authentication
 * refuses a HELLO in version 1.
 *
 * @param mechanisms since version {@link HelloRequest#MECHANISMS_SINCE}: the mechanisms of
 *     authentication that the broker accepts, preferred first; empty if the client may use the
 *     broker without one
 * @param principal since the same version: the principal of the client, if its certificate proves
 *     it; otherwise empty
 * @param broker present if the client may use the broker; a broker says nothing about itself to
 *     others
 */
public record HelloResponse(List<String> mechanisms, String principal, Optional<BrokerInfo> broker)
    implements Response {

  public HelloResponse {
    mechanisms = List.copyOf(mechanisms);
    Objects.requireNonNull(principal, "principal");
    Objects.requireNonNull(broker, "broker");
  }

  /** The response to a client that needs no authentication. */
  public static HelloResponse of(BrokerInfo broker) {
    return new HelloResponse(List.of(), "", Optional.of(broker));
  }

  static HelloResponse decode(WireReader in) {
    if (in.version() < HelloRequest.MECHANISMS_SINCE) {
      return of(BrokerInfo.decode(in));
    }
    return new HelloResponse(
        in.shortList("mechanisms", WireReader.MIN_STRING_BYTES, item -> item.string("mechanism")),
        in.string("principal"),
        in.optional("greeted", BrokerInfo::decode));
  }

  @Override
  public void encode(WireWriter out) {
    if (out.version() < HelloRequest.MECHANISMS_SINCE) {
      broker.orElseThrow().encode(out);
      return;
    }
    out.shortList(mechanisms, (mechanism, item) -> item.string(mechanism));
    out.string(principal);
    out.optional(broker, BrokerInfo::encode);
  }
}
