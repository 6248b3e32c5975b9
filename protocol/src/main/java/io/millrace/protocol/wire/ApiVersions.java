package io.millrace.protocol.wire;

/**
 * The range of versions of one api that a broker supports.
 *
 * @param api number of the api, 0 to 65,535; this build need not know it
 * @param minVersion the lowest version, from 1
 * @param maxVersion the highest version, at most 255
 */
public record ApiVersions(int api, int minVersion, int maxVersion) {

  static final int BYTES = 4;

  static ApiVersions decode(WireReader in) {
    return new ApiVersions(in.u16("api"), in.u8("minVersion"), in.u8("maxVersion"));
  }

  void encode(WireWriter out) {
    out.u16(api);
    out.u8(minVersion);
    out.u8(maxVersion);
  }
}
