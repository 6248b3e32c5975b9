package io.millrace.server.nativeprotocol;

import io.millrace.core.MemoryShare;
import io.millrace.core.TakenMemory;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.server.security.Session;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * A request that is not answered yet. The handler answers it, refuses it, or leaves it unanswered,
 * with exactly one call. Any thread.
 */
final class PendingRequest {

  /** The longest answer that needs no memory in the share of the answers. */
  private static final int SHORT_ANSWER_BYTES = 4096;

  private final NativeConnection connection;
  private final FrameHeader header;
  private final Api api;
  private Weight weight;
  private final long startNanos;

  /** Null: nobody asks for the outcome. */
  private BiConsumer<ErrorCode, String> outcome;

  private String refusal = "";

  /**
   * What the request counts.
   *
   * @param ofConnection until its answer is sent, for the limit of its connection
   * @param ofBroker until it is answered, for the limit of all connections
   */
  record Weight(long ofConnection, long ofBroker) {}

  PendingRequest(
      NativeConnection connection, FrameHeader header, Api api, Weight weight, long startNanos) {
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

  Weight weight() {
    return weight;
  }

  /**
   * The batch of the request is appended, and its frame is not kept: until the answer, the request
   * counts for the limit of its connection only.
   */
  void batchIsFree() {
    connection.memory().requests().remove(weight.ofBroker());
    weight = new Weight(weight.ofConnection(), 0);
  }

  long startNanos() {
    return startNanos;
  }

  /**
   * Has the outcome reported when the request ends.
   *
   * @param ended receives the code and the message of the refusal; does not block
   */
  void onEnd(BiConsumer<ErrorCode, String> ended) {
    outcome = ended;
  }

  void answer(Response response) {
    end(ErrorCode.NONE, () -> encoded(response));
  }

  /**
   * Answers with events whose memory is reserved already. If this throws, the request is not
   * answered.
   *
   * @param memory closed when the client has the answer; not, if this throws
   */
  void answerReserved(Response response, TakenMemory memory) {
    ByteBuf frame = encoded(response);
    memory.copiesAreFree();
    connection
        .writer()
        .write(
            frame,
            () -> {
              memory.close();
              connection.released(this);
            });
    connection.ended(this, ErrorCode.NONE);
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
    refusal = message;
    if (api == Api.CREDIT) {
      endUnanswered(code);
    } else {
      end(code, () -> encoded(new ErrorResponse(code, message)));
    }
  }

  /** Refuses with the code of an exception of the core or of the storage. */
  void refuse(Throwable cause) {
    Refusal refusal = Refusal.of(cause, this);
    refuse(refusal.code(), refusal.message());
  }

  private void endUnanswered(ErrorCode code) {
    connection.ended(this, code);
    connection.released(this);
    report(code);
  }

  private void report(ErrorCode code) {
    if (outcome != null) {
      outcome.accept(code, refusal);
    }
  }

  /**
   * Writes the answer. If that fails, for example for lack of memory, the connection is closed:
   * without an answer, the client would wait forever.
   */
  private void end(ErrorCode code, Supplier<ByteBuf> answer) {
    ErrorCode ended = code;
    try {
      ended = send(answer.get(), code);
    } catch (RuntimeException | Error e) {
      connection.failed(e);
    } finally {
      connection.ended(this, ended);
      report(code);
    }
  }

  /**
   * Writes an answer. A PRODUCE is released at once, because its answer is small. Any other request
   * is released when its answer is sent.
   *
   * @return the outcome: a long answer is refused if the answers that clients have not taken yet
   *     leave no memory for it
   */
  private ErrorCode send(ByteBuf frame, ErrorCode code) {
    if (api == Api.PRODUCE) {
      connection.writer().write(frame);
      connection.released(this);
      return code;
    }
    int bytes = frame.readableBytes();
    if (bytes <= SHORT_ANSWER_BYTES) {
      connection.writer().write(frame, () -> connection.released(this));
      return code;
    }
    MemoryShare answers = connection.memory().answers();
    if (!answers.tryReserve(bytes)) {
      frame.release();
      ErrorResponse refusal = noMemory(bytes, answers.limit());
      connection.writer().write(encoded(refusal), () -> connection.released(this));
      return refusal.code();
    }
    writeReserved(frame, bytes, answers);
    return code;
  }

  private void writeReserved(ByteBuf frame, int bytes, MemoryShare answers) {
    connection
        .writer()
        .write(
            frame,
            () -> {
              answers.release(bytes);
              connection.released(this);
            });
  }

  private ErrorResponse noMemory(int bytes, long limit) {
    return bytes > limit
        ? new ErrorResponse(
            ErrorCode.LIMIT_REACHED,
            "the answer has "
                + bytes
                + " bytes, and the broker has memory for "
                + limit
                + " bytes of answers; give it more heap (MILLRACE_HEAP)")
        : new ErrorResponse(
            ErrorCode.TOO_MANY_IN_FLIGHT,
            "the answer has "
                + bytes
                + " bytes, and the answers that clients have not taken yet fill the "
                + limit
                + " bytes for them; try again later");
  }

  private ByteBuf encoded(Response response) {
    return Frames.encodeResponse(connection.allocator(), header, response);
  }
}
