package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A request that outlives its connection: it waits for the next one. Event loop only. */
final class LinkRequest implements ResponseHandler {

  private final ReconnectingLink link;
  private final Request request;
  private final boolean repeatable;
  private final CompletableFuture<Response> future = new CompletableFuture<>();

  private ClientConnection connection;
  private int correlationId;
  private Future<?> timer;

  LinkRequest(ReconnectingLink link, Request request, boolean repeatable) {
    this.link = link;
    this.request = request;
    this.repeatable = repeatable;
  }

  /** Any thread. */
  CompletableFuture<Response> future() {
    return future;
  }

  @Override
  public Api api() {
    return request.api();
  }

  void startTimer(Duration timeout) {
    timer = link.eventLoop().schedule(this::timedOut, timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  void sendOver(ClientConnection next) {
    try {
      correlationId = next.send(request, this);
      connection = next;
    } catch (RuntimeException unencodable) {
      fail(
          new MillraceException(
              ErrorCode.INVALID_REQUEST, ClientFailures.reason(unencodable), unencodable));
    }
  }

  @Override
  public void answered(Response response) {
    if (isPostponed(response)) {
      connection = null;
      return;
    }
    finish();
    if (response instanceof ErrorResponse refusal) {
      future.completeExceptionally(ClientFailures.refused(refusal));
    } else {
      future.complete(response);
    }
  }

  /** A broker that is leaving has not carried it out; the next one will. */
  private boolean isPostponed(Response response) {
    return connection.isLeaving()
        && response instanceof ErrorResponse refusal
        && refusal.code() == ErrorCode.SHUTTING_DOWN;
  }

  @Override
  public void lost(MillraceException cause) {
    connection = null;
    if (!repeatable) {
      fail(
          new MillraceException(
              ErrorCode.CONNECTION_LOST,
              cause.getMessage()
                  + "; whether "
                  + api()
                  + " was carried out is unknown: look, and repeat it if it was not",
              cause));
    } else if (!cause.retriable()) {
      fail(ClientFailures.again(cause));
    }
  }

  void fail(MillraceException cause) {
    finish();
    future.completeExceptionally(cause);
  }

  private void timedOut() {
    MillraceException cause = link.timedOut(api());
    if (connection != null) {
      connection.forget(correlationId);
    }
    fail(cause);
  }

  private void finish() {
    if (timer != null) {
      timer.cancel(false);
    }
    link.finished(this);
  }
}
