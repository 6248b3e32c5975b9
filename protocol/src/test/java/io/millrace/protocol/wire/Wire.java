package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

/** Encodes and decodes messages of any type, as a sender and a receiver would. */
final class Wire {

  static final int CORRELATION_ID = 4711;

  private Wire() {}

  /** A whole frame in the highest version, length field included. */
  static ByteBuf encode(Object message) {
    return encode(message, MessageTypes.apiOf(message.getClass()).maxVersion());
  }

  /** A whole frame, length field included. */
  static ByteBuf encode(Object message, int version) {
    UnpooledByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
    if (message instanceof Request request) {
      return Frames.encodeRequest(allocator, version, CORRELATION_ID, request);
    } else if (message instanceof Response response) {
      return Frames.encodeResponse(allocator, requestOf(response, version), response);
    }
    return Frames.encodePush(allocator, version, (Push) message);
  }

  /** The header of a request that this response answers. */
  private static FrameHeader requestOf(Response response, int version) {
    int api = MessageTypes.apiOf(response.getClass()).number();
    return new FrameHeader(FrameKind.REQUEST, version, api, CORRELATION_ID);
  }

  /** The message of a whole frame. */
  static Object decode(ByteBuf frame) {
    return decodeBody(frame.slice(4, frame.readableBytes() - 4));
  }

  /** The message of a frame without its length field. */
  static Object decodeBody(ByteBuf frame) {
    return decodeBody(SupportedVersions.ofThisBuild(), frame);
  }

  /** The message of a frame without its length field, for a receiver of these versions. */
  static Object decodeBody(SupportedVersions supported, ByteBuf frame) {
    FrameHeader header = FrameHeader.read(frame);
    return switch (header.kind()) {
      case REQUEST -> Frames.decodeRequest(supported, header, frame);
      case RESPONSE -> Frames.decodeResponse(supported, header, frame);
      case PUSH -> Frames.decodePush(supported, header, frame);
    };
  }
}
