package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;

/**
 * The header of every frame. Little-endian:
 *
 * <pre>
 *   0  i32  length          bytes after this field
 *   4  u8   kind            {@link FrameKind}
 *   5  u8   version         of the api, from 1
 *   6  u16  api             {@link Api#number()}
 *   8  i32  correlation id  chosen by the client, repeated in the response; 0 in pushes
 *  12       body
 * </pre>
 *
 * <p>The api is a number and not an {@link Api}, so that the broker can answer a request with an
 * unknown one.
 *
 * @param kind request, response or push
 * @param version the version of the api, 0 to 255
 * @param api number of the api, 0 to 65,535
 * @param correlationId chosen by the client
 */
public record FrameHeader(FrameKind kind, int version, int api, int correlationId) {

  /** Bytes of the length field. */
  public static final int LENGTH_BYTES = 4;

  /** Bytes of the header without the length field; the smallest valid length. */
  public static final int BYTES = 8;

  /** Position of the body in a frame with its length field. */
  static final int BODY_AT = LENGTH_BYTES + BYTES;

  /**
   * Reads the header of a frame. Moves the reader index to the body.
   *
   * @param frame one frame without its length field
   * @throws WireException {@code MALFORMED_FRAME}
   */
  public static FrameHeader read(ByteBuf frame) {
    if (frame.readableBytes() < BYTES) {
      throw WireException.malformed(
          "a frame of " + frame.readableBytes() + " bytes has no space for its header of " + BYTES);
    }
    return new FrameHeader(
        FrameKind.ofCode(frame.readUnsignedByte()),
        frame.readUnsignedByte(),
        frame.readUnsignedShortLE(),
        frame.readIntLE());
  }

  /** Writes the length field and the header of a frame. */
  static void write(
      ByteBuf out, FrameKind kind, int version, int api, int correlationId, int bodyBytes) {
    out.writeIntLE(BYTES + bodyBytes);
    out.writeByte(kind.code());
    out.writeByte(version);
    out.writeShortLE(api);
    out.writeIntLE(correlationId);
  }
}
