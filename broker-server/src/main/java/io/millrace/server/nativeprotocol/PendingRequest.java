package io.millrace.server.nativeprotocol;

import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.InvalidBatchException;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.server.security.Session;
import io.millrace.storage.StorageException;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that is not answered yet. The handler answers it, refuses it, or leaves it unanswered,
 * with exactly one call. Any thread.
 */
final class PendingRequest {

  private static final Logger LOG = LoggerFactory.getLogger(PendingRequest.class);

  private final NativeConnection connection;
  private final FrameHeader header;
  private final Api api;
  private final long weight;
  private final long startNanos;

  PendingRequest(
      NativeConnection connection, FrameHeader header, Api api, long weight, long startNanos) {
    this.connection = connection;
    this.header = header;
    this.api = api;
    this.weight = weight;
    this.startNanos = startNanos;
  }

  NativeConnection connection() {
    return connection;
  }

  Session session() {
    return connection.session();
  }

  /** The version of the api that the client chose; the response has the same. */
  int version() {
    return header.version();
  }

  Api api() {
    return api;
  }

  long weight() {
    return weight;
  }

  long startNanos() {
    return startNanos;
  }

  void answer(Response response) {
    end(ErrorCode.NONE, () -> encoded(response));
  }

  /** Answers or refuses on the thread that completes the future. */
  void answerWhenDone(CompletableFuture<? extends Response> future) {
    future.whenComplete(
        (response, failure) -> {
          if (failure == null) {
            answer(response);
          } else {
            refuse(failure);
          }
        });
  }

  void answerProduced(long baseOffset, long appendTimeMicros) {
    end(
        ErrorCode.NONE,
        () ->
            ProduceResponse.encodeFrame(
                connection.allocator(),
                header.version(),
                header.correlationId(),
                baseOffset,
                appendTimeMicros));
  }

  /** Ends a request whose api has no answer. */
  void leaveUnanswered() {
    endUnanswered(ErrorCode.NONE);
  }

  void refuse(ErrorCode code, String message) {
    if (api == Api.CREDIT) {
      endUnanswered(code);
    } else {
      end(code, () -> encoded(new ErrorResponse(code, message)));
    }
  }

  /** Refuses with the code of an exception of the core or of the storage. */
  void refuse(Throwable cause) {
    if (cause instanceof CompletionException && cause.getCause() != null) {
      refuse(cause.getCause());
    } else if (cause instanceof BrokerException e) {
      refuse(e.code(), e.getMessage());
    } else if (cause instanceof StorageException e) {
      refuse(e.code(), e.getMessage());
    } else if (cause instanceof InvalidBatchException e) {
      refuse(e.code(), e.getMessage());
    } else {
      LOG.error("event=request_failed api={} client={}", api, session().clientInLog(), cause);
      refuse(ErrorCode.INTERNAL, api + " failed in the broker; see its log");
    }
  }

  private void endUnanswered(ErrorCode outcome) {
    connection.ended(this, outcome);
    connection.released(this);
  }

  /**
   * Writes the answer. If that fails, for example for lack of memory, the connection is closed:
   * without an answer, the client would wait forever.
   */
  private void end(ErrorCode outcome, Supplier<ByteBuf> answer) {
    try {
      send(answer.get());
    } catch (RuntimeException | Error e) {
      connection.failed(e);
    } finally {
      connection.ended(this, outcome);
    }
  }

  /**
   * A PRODUCE is released at once, because its answer is small. Any other request is released when
   * its answer is sent.
   */
  private void send(ByteBuf frame) {
    if (api == Api.PRODUCE) {
      connection.writer().write(frame);
      connection.released(this);
    } else {
      connection.writer().write(frame, () -> connection.released(this));
    }
  }

  private ByteBuf encoded(Response response) {
    return Frames.encodeResponse(connection.allocator(), header, response);
  }
}
