package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;
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
  public void encode(ByteBuf out) {
    WireWriter.uuid(out, brokerId);
    WireWriter.string(out, brokerVersion);
    out.writeIntLE(maxFrameBytes);
    out.writeIntLE(maxEventBytes);
    out.writeIntLE(maxBatchBytes);
    out.writeIntLE(idleTimeoutMs);
    WireWriter.shortList(out, apis, ApiVersions::encode);
  }
}
