package io.millrace.protocol.wire;

import java.util.List;
import java.util.UUID;

/**
 * Whom the client is connected to, and the limits it must keep.
 *
 * @param brokerId identity of the broker's data directory
 * @param brokerVersion version of the broker's software
 * @param maxFrameBytes longest request, as its length field says it
 * @param maxEventBytes largest encoded event
 * @param maxBatchBytes largest record batch, header included
 * @param idleTimeoutMs a connection that is silent for longer is closed; ping every third of it
 * @param apis what the broker speaks
 */
public record HelloResponse(
    UUID brokerId,
    String brokerVersion,
    int maxFrameBytes,
    int maxEventBytes,
    int maxBatchBytes,
    int idleTimeoutMs,
    List<ApiVersions> apis)
    implements Response {

  public HelloResponse {
    apis = List.copyOf(apis);
  }

  static HelloResponse decode(WireReader in) {
    return new HelloResponse(
        in.uuid("brokerId"),
        in.string("brokerVersion"),
        in.i32("maxFrameBytes"),
        in.i32("maxEventBytes"),
        in.i32("maxBatchBytes"),
        in.i32("idleTimeoutMs"),
        in.shortList("apis", ApiVersions.BYTES, ApiVersions::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.uuid(brokerId);
    out.string(brokerVersion);
    out.i32(maxFrameBytes);
    out.i32(maxEventBytes);
    out.i32(maxBatchBytes);
    out.i32(idleTimeoutMs);
    out.shortList(apis, ApiVersions::encode);
  }
}
