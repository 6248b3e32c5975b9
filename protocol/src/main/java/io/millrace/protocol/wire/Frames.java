package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The codec of frames.
 *
 * <p>Encoding returns one whole frame with its length field, owned by the caller. Decoding reads
 * the body of exactly one frame to its end, and fails if a byte is missing or left over. It does
 * not take ownership of the body and does not retain it. The frequent messages have an encoder that
 * allocates no objects: {@link ProduceRequest#encodeHead}, {@link ProduceResponse#encodeFrame},
 * {@link DeliverPush#encodeHead}, {@link CreditRequest#encodeFrame}.
 */
public final class Frames {

  /**
   * The longest body of a request other than PRODUCE. A SUBSCRIBE with 1,024 sources has 263,000
   * bytes. A DELETE_EVENTS of more than 43,000 partitions would be too long: a client splits it. A
   * longer request would only fill the heap of the broker.
   */
  public static final int MAX_REQUEST_BYTES = 512 * 1024;

  private static final int INITIAL_BYTES = 256;

  private Frames() {}

  /**
   * Encodes a request.
   *
   * @param version the version of the api, as negotiated
   * @throws WireException {@code INVALID_REQUEST} if a string or a list is too long
   */
  public static ByteBuf encodeRequest(
      ByteBufAllocator allocator, int version, int correlationId, Request request) {
    ByteBuf out = allocator.buffer(INITIAL_BYTES);
    try {
      begin(out, FrameKind.REQUEST, version, request.api(), correlationId);
      request.encode(new WireWriter(out, version));
      return finish(out);
    } catch (RuntimeException e) {
      out.release();
      throw e;
    }
  }

  /**
   * Encodes a response in the version of its request. If the frame would exceed {@link
   * NextFrame#MAX_BYTES_TO_CLIENT}, the result is an error response with {@code LIMIT_REACHED}.
   */
  public static ByteBuf encodeResponse(
      ByteBufAllocator allocator, FrameHeader request, Response response) {
    ByteBuf out = allocator.buffer(INITIAL_BYTES);
    try {
      encodeResponse(out, request, response);
      int length = out.readableBytes() - FrameHeader.LENGTH_BYTES;
      if (length > NextFrame.MAX_BYTES_TO_CLIENT) {
        out.clear();
        encodeResponse(out, request, tooLong(length));
      }
      return finish(out);
    } catch (RuntimeException e) {
      out.release();
      throw e;
    }
  }

  /**
   * Encodes a push.
   *
   * @param version the version of the request that leads to the push
   */
  public static ByteBuf encodePush(ByteBufAllocator allocator, int version, Push push) {
    ByteBuf out = allocator.buffer(INITIAL_BYTES);
    try {
      begin(out, FrameKind.PUSH, version, push.api(), 0);
      push.encode(new WireWriter(out, version));
      return finish(out);
    } catch (RuntimeException e) {
      out.release();
      throw e;
    }
  }

  /**
   * Decodes the request with this header.
   *
   * @throws WireException {@code MALFORMED_FRAME}, {@code UNKNOWN_API}, {@code UNSUPPORTED_VERSION}
   *     or {@code INVALID_REQUEST}
   */
  public static Request decodeRequest(
      SupportedVersions supported, FrameHeader header, ByteBuf body) {
    expect(FrameKind.REQUEST, header);
    Api api = supported.require(header);
    if (api != Api.PRODUCE && body.readableBytes() > MAX_REQUEST_BYTES) {
      throw WireException.invalid(
          api
              + " has "
              + body.readableBytes()
              + " bytes; a request other than PRODUCE has at most "
              + MAX_REQUEST_BYTES
              + "; send less");
    }
    WireReader in = new WireReader(header, body);
    Request request = api.decodeRequest(in);
    in.end();
    return request;
  }

  /**
   * Decodes the response with this header. A refusal is an {@link ErrorResponse}, even if {@code
   * supported} does not have its api or version.
   *
   * @throws WireException {@code MALFORMED_FRAME}, {@code UNKNOWN_API} or {@code
   *     UNSUPPORTED_VERSION}
   */
  public static Response decodeResponse(
      SupportedVersions supported, FrameHeader header, ByteBuf body) {
    expect(FrameKind.RESPONSE, header);
    WireReader in = new WireReader(header, body);
    int error = in.u16("error code");
    Response response =
        error == ErrorCode.NONE.code()
            ? supported.require(header).decodeResponse(in)
            : ErrorResponse.decode(ErrorCode.ofCode(error), in);
    in.end();
    return response;
  }

  /**
   * Decodes the push with this header.
   *
   * @throws WireException {@code MALFORMED_FRAME}, {@code UNKNOWN_API} or {@code
   *     UNSUPPORTED_VERSION}
   */
  public static Push decodePush(SupportedVersions supported, FrameHeader header, ByteBuf body) {
    expect(FrameKind.PUSH, header);
    Api api = supported.require(header);
    WireReader in = new WireReader(header, body);
    Push push = api.decodePush(in);
    in.end();
    return push;
  }

  private static void begin(ByteBuf out, FrameKind kind, int version, Api api, int correlationId) {
    FrameHeader.write(out, kind, version, api.number(), correlationId, 0);
  }

  private static void encodeResponse(ByteBuf out, FrameHeader request, Response response) {
    FrameHeader.write(
        out, FrameKind.RESPONSE, request.version(), request.api(), request.correlationId(), 0);
    ErrorCode error = response instanceof ErrorResponse refusal ? refusal.code() : ErrorCode.NONE;
    out.writeShortLE(error.code());
    response.encode(new WireWriter(out, request.version()));
  }

  private static ErrorResponse tooLong(int length) {
    return new ErrorResponse(
        ErrorCode.LIMIT_REACHED,
        "the response has "
            + length
            + " bytes; the limit of a frame is "
            + NextFrame.MAX_BYTES_TO_CLIENT
            + ": request less");
  }

  private static ByteBuf finish(ByteBuf out) {
    out.setIntLE(0, out.readableBytes() - FrameHeader.LENGTH_BYTES);
    return out;
  }

  private static void expect(FrameKind kind, FrameHeader header) {
    if (header.kind() != kind) {
      throw WireException.malformed("a " + header.kind() + " came where a " + kind + " belongs");
    }
  }
}
