package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.AuthenticateRequest;
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
 * Decodes the frames of a connection. Answers HELLO and AUTHENTICATE, hands other requests to their
 * handlers, and refuses those that the state of the connection does not allow. Event loop of the
 * connection.
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
      if (!isAllowed(header)) {
        refuseUndecoded(
            header,
            ErrorCode.AUTHENTICATION_REQUIRED,
            ConnectionLogin.required("a request of api " + header.api()));
        return;
      }
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
      refuseUndecoded(header, e.code(), e.getMessage());
    }
  }

  /** Whether the client may send this request now. Asked before anything of it is decoded. */
  private boolean isAllowed(FrameHeader header) {
    return connection.state() != ConnectionState.AUTHENTICATING
        || header.kind() != FrameKind.REQUEST
        || header.api() == Api.AUTHENTICATE.number()
        || header.api() == Api.PING.number();
  }

  private long answerBytes(Api api) {
    return switch (api) {
      case PRODUCE -> RECEIPT_BYTES;
      case LIST_TOPICS,
          LIST_SOURCES,
          LIST_GROUPS,
          DESCRIBE_GROUP,
          LIST_USERS,
          LIST_TOKENS,
          LIST_RULES ->
          context.settings().limits().maxInFlightBytesPerConnection() / CONCURRENT_LISTS;
      default -> ANSWER_BYTES;
    };
  }

  private void dispatch(Request request, PendingRequest pending) {
    switch (connection.state()) {
      case AWAITING_HELLO -> greet(request, pending);
      case AUTHENTICATING, SERVING -> route(request, pending);
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
      if (connection.login() == null) {
        connection.serve();
        pending.answer(HelloResponse.of(context.greeting().broker()));
      } else {
        connection.login().hello(hello, pending);
      }
    } else {
      refuseSequence(pending, "the first request was " + pending.api() + "; expected HELLO");
    }
  }

  private void route(Request request, PendingRequest pending) {
    if (request instanceof HelloRequest) {
      refuseSequence(pending, "received a second HELLO; send it once, as the first request");
    } else if (request instanceof AuthenticateRequest authenticate) {
      authenticate(authenticate, pending);
    } else {
      context.routes().handle(request, pending);
    }
  }

  private void authenticate(AuthenticateRequest request, PendingRequest pending) {
    if (connection.login() == null) {
      pending.refuse(
          ErrorCode.INVALID_REQUEST,
          "this broker requires no credential (security.authentication); send requests without"
              + " AUTHENTICATE");
    } else {
      connection.login().authenticate(request, pending);
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
  private void refuseUndecoded(FrameHeader header, ErrorCode code, String message) {
    if (header != null && header.kind() == FrameKind.REQUEST) {
      ErrorResponse refusal = new ErrorResponse(code, message);
      connection.writer().write(Frames.encodeResponse(connection.allocator(), header, refusal));
      context.observer().refused(code);
    }
    boolean keepOpen =
        switch (connection.state()) {
          case AWAITING_HELLO -> isHelloInAnotherVersion(header, code);
          case AUTHENTICATING -> false;
          case SERVING, GOING_AWAY, LINGERING, CLOSED -> code == ErrorCode.INVALID_REQUEST;
        };
    if (!keepOpen) {
      connection.goAway(code, message, NativeConnection.LINGER);
    }
  }

  private static boolean isHelloInAnotherVersion(FrameHeader header, ErrorCode code) {
    return code == ErrorCode.UNSUPPORTED_VERSION && header.api() == Api.HELLO.number();
  }
}
