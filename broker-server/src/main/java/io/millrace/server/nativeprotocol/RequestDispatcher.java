package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.FrameKind;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.WireException;
import io.netty.buffer.ByteBuf;

/**
 * Decodes the frames of a connection. Answers HELLO, hands other requests to their handlers, and
 * refuses those that the state of the connection does not allow. Event loop of the connection.
 */
final class RequestDispatcher {

  /** The weight of PRODUCE in addition to its frame: the objects that wait for its answer. */
  private static final int RECEIPT_BYTES = 256;

  /**
   * The number of list requests in flight that together reach the limit of a connection. Their
   * answers can be long.
   */
  private static final int CONCURRENT_LISTS = 4;

  /** The weight of every other request in addition to its frame. */
  private static final int ANSWER_BYTES = 1024 * 1024;

  private final NativeConnection connection;
  private final ConnectionContext context;

  RequestDispatcher(NativeConnection connection, ConnectionContext context) {
    this.connection = connection;
    this.context = context;
  }

  /** Dispatches the request of a frame. Does not take ownership of the frame. */
  void received(ByteBuf frame) {
    int bytes = frame.readableBytes();
    FrameHeader header = null;
    try {
      header = FrameHeader.read(frame);
      Request request = Frames.decodeRequest(context.greeting().versions(), header, frame);
      long weight = bytes + answerBytes(request.api());
      PendingRequest pending =
          new PendingRequest(
              connection,
              header,
              request.api(),
              new PendingRequest.Weight(weight, RequestMemory.of(request, bytes)),
              System.nanoTime());
      connection.begun(pending);
      dispatch(request, pending);
    } catch (WireException e) {
      refuseUndecoded(header, e);
    }
  }

  private long answerBytes(Api api) {
    return switch (api) {
      case PRODUCE -> RECEIPT_BYTES;
      case LIST_TOPICS, LIST_SOURCES, LIST_GROUPS, DESCRIBE_GROUP ->
          context.settings().limits().maxInFlightBytesPerConnection() / CONCURRENT_LISTS;
      default -> ANSWER_BYTES;
    };
  }

  private void dispatch(Request request, PendingRequest pending) {
    switch (connection.state()) {
      case AWAITING_HELLO -> greet(request, pending);
      case SERVING -> route(request, pending);
      case GOING_AWAY -> {
        GoAwayPush reason = connection.goAwayPush();
        pending.refuse(reason.code(), reason.message());
      }
      case LINGERING, CLOSED -> pending.leaveUnanswered();
    }
  }

  private void greet(Request request, PendingRequest pending) {
    if (request instanceof HelloRequest hello) {
      connection.greeted(hello, pending.version());
      pending.answer(HelloResponse.of(context.greeting().broker()));
    } else {
      refuseSequence(pending, "the first request was " + pending.api() + "; expected HELLO");
    }
  }

  private void route(Request request, PendingRequest pending) {
    if (request instanceof HelloRequest) {
      refuseSequence(pending, "received a second HELLO; send it once, as the first request");
    } else {
      context.routes().handle(request, pending);
    }
  }

  private void refuseSequence(PendingRequest pending, String message) {
    pending.refuse(ErrorCode.HELLO_EXPECTED, message);
    connection.goAway(ErrorCode.HELLO_EXPECTED, message, NativeConnection.LINGER);
  }

  /**
   * Refuses a request that cannot be decoded. The connection stays open after an invalid request,
   * and after a HELLO in an unsupported version, because the client may send HELLO in another
   * version. It is closed after any other error, because the start of the next frame is not certain
   * then.
   */
  private void refuseUndecoded(FrameHeader header, WireException cause) {
    if (header != null && header.kind() == FrameKind.REQUEST) {
      ErrorResponse refusal = new ErrorResponse(cause.code(), cause.getMessage());
      connection.writer().write(Frames.encodeResponse(connection.allocator(), header, refusal));
      context.observer().refused(cause.code());
    }
    boolean keepOpen =
        connection.state() == NativeConnection.State.AWAITING_HELLO
            ? isHelloInAnotherVersion(header, cause)
            : cause.code() == ErrorCode.INVALID_REQUEST;
    if (!keepOpen) {
      connection.goAway(cause.code(), cause.getMessage(), NativeConnection.LINGER);
    }
  }

  private static boolean isHelloInAnotherVersion(FrameHeader header, WireException cause) {
    return cause.code() == ErrorCode.UNSUPPORTED_VERSION && header.api() == Api.HELLO.number();
  }
}
