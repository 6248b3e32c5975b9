package io.millrace.protocol.wire;

import java.util.List;
import java.util.UUID;

/**
 * The identity of the broker, the limits for the client, and the supported versions. A client gets
 * them when it may use the broker: with the response to HELLO, or after its authentication.
 *
 * @param brokerId identity of the data directory of the broker
 * @param brokerVersion version of the broker software
 * @param maxFrameBytes largest length field of a request
 * @param maxEventBytes largest encoded record
 * @param maxBatchBytes largest record batch, header included
 * @param idleTimeoutMs the broker closes a connection from which it receives no bytes for this
 *     time; a client sends a PING every third of it
 * @param apis versions that the broker supports, pushes included
 */
public record BrokerInfo(
    UUID brokerId,
    String brokerVersion,
    int maxFrameBytes,
    int maxEventBytes,
    int maxBatchBytes,
    int idleTimeoutMs,
    List<ApiVersions> apis) {

  public BrokerInfo {
    apis = List.copyOf(apis);
  }

  static BrokerInfo decode(WireReader in) {
    return new BrokerInfo(
        in.uuid("brokerId"),
        in.string("brokerVersion"),
        in.i32("maxFrameBytes"),
        in.i32("maxEventBytes"),
        in.i32("maxBatchBytes"),
        in.i32("idleTimeoutMs"),
        in.shortList("apis", ApiVersions.BYTES, ApiVersions::decode));
  }

  void encode(WireWriter out) {
    out.uuid(brokerId);
    out.string(brokerVersion);
    out.i32(maxFrameBytes);
    out.i32(maxEventBytes);
    out.i32(maxBatchBytes);
    out.i32(idleTimeoutMs);
    out.shortList(apis, ApiVersions::encode);
  }
}
