package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

/** Encodes and decodes messages of any type, as a sender and a receiver would. */
final class Wire {

  static final int CORRELATION_ID = 4711;

  private Wire() {}

  /** A whole frame, length field included. */
  static ByteBuf encode(Object message) {
    UnpooledByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
    if (message instanceof Request request) {
      return Frames.encodeRequest(allocator, CORRELATION_ID, request);
    } else if (message instanceof Response response) {
      return Frames.encodeResponse(allocator, MessageTypes.requestOf(response), response);
    }
    return Frames.encodePush(allocator, (Push) message);
  }

  /** The message of a whole frame. */
  static Object decode(ByteBuf frame) {
    return decodeBody(frame.slice(4, frame.readableBytes() - 4));
  }

  /** The message of a frame without its length field. */
  static Object decodeBody(ByteBuf frame) {
    FrameHeader header = FrameHeader.read(frame);
    return switch (header.kind()) {
      case REQUEST -> Frames.decodeRequest(header, frame);
      case RESPONSE -> Frames.decodeResponse(header, frame);
      case PUSH -> Frames.decodePush(header, frame);
    };
  }
}
