package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.WireException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A request that survives a reconnect: it waits for the next connection. Event loop only. */
final class LinkRequest implements ResponseHandler {

  private final ReconnectingLink link;
  private final Request request;
  private final boolean repeatable;
  private final CompletableFuture<Response> future = new CompletableFuture<>();

  private ClientConnection connection;
  private int correlationId;
  private int losses;
  private MillraceException lastLoss;
  private Future<?> timer;

  LinkRequest(ReconnectingLink link, Request request, boolean repeatable) {
    this.link = link;
    this.request = request;
    this.repeatable = repeatable;
  }

  /** The response, or the failure of the request. Any thread. */
  CompletableFuture<Response> future() {
    return future;
  }

  @Override
  public Api api() {
    return request.api();
  }

  /** Starts the timeout of the request. */
  void startTimer(Duration timeout) {
    timer = link.eventLoop().schedule(this::timedOut, timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Sends the request over a connection; fails it if it cannot be encoded. */
  void sendOver(ClientConnection next) {
    try {
      correlationId = next.send(request, this);
      connection = next;
    } catch (WireException refused) {
      fail(new MillraceException(refused.code(), refused.getMessage(), refused));
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

  /** A broker that shuts down has not executed the request; it is sent over the next connection. */
  private boolean isPostponed(Response response) {
    return connection.isLeaving()
        && response instanceof ErrorResponse refusal
        && refusal.code() == ErrorCode.SHUTTING_DOWN;
  }

  @Override
  public void lost(MillraceException cause) {
    connection = null;
    losses++;
    lastLoss = cause;
    if (!repeatable) {
      fail(
          new MillraceException(
              ErrorCode.CONNECTION_LOST,
              cause.getMessage()
                  + "; whether the broker has executed "
                  + api()
                  + " is unknown: check, and repeat it if it has not",
              cause));
    } else if (!cause.retriable()) {
      fail(ClientFailures.again(cause));
    }
  }

  /** Fails the request. */
  void fail(MillraceException cause) {
    finish();
    future.completeExceptionally(cause);
  }

  private void timedOut() {
    MillraceException cause = link.timedOut(api(), describeLosses());
    if (connection != null) {
      connection.forget(correlationId);
    }
    fail(cause);
  }

  private String describeLosses() {
    return losses == 0
        ? ""
        : "; the request was sent again after "
            + losses
            + (losses == 1 ? " broken connection" : " broken connections")
            + ", the last: "
            + lastLoss.getMessage();
  }

  private void finish() {
    if (timer != null) {
      timer.cancel(false);
    }
    link.finished(this);
  }
}
