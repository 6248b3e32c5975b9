package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;

/**
 * The versions of one api that a broker speaks.
 *
 * @param api its number; perhaps one that this build does not know
 * @param minVersion the oldest, from 1
 * @param maxVersion the newest, at most 255
 */
public record ApiVersions(int api, int minVersion, int maxVersion) {

  static final int BYTES = 4;

  static ApiVersions decode(WireReader in) {
    return new ApiVersions(in.u16("api"), in.u8("minVersion"), in.u8("maxVersion"));
  }

  void encode(ByteBuf out) {
    out.writeShortLE(api);
    out.writeByte(minVersion);
    out.writeByte(maxVersion);
  }
}
