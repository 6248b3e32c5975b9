package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.security.ClientLogins;
import io.millrace.client.internal.security.LoginMessages;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.AuthenticateRequest;
import io.millrace.protocol.wire.AuthenticateResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.LoginInfo;
import io.millrace.protocol.wire.Response;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One authentication on a connection. Event loop only; its {@link LoginMessages} are made on the
 * security thread.
 */
final class ClientAuthentication implements ResponseHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ClientAuthentication.class);

  /** The broker has not said which versions it supports. */
  private static final int FIRST_VERSION = 1;

  /** Receives the outcome. It does not come if the connection is closed first. */
  interface Outcome {

    /** The broker has accepted the client, and has proved itself if the mechanism can do that. */
    void authenticated(LoginInfo login);

    /** The broker has refused the client, or the client has refused the broker. */
    void refused(MillraceException why);

    /** The client has no credentials to send. */
    void unavailable(MillraceException why);
  }

  private final ClientSecurityContext security;
  private final ClientConnection connection;
  private final LoginMessages login;
  private final Outcome outcome;

  ClientAuthentication(
      ClientSecurityContext security,
      ClientConnection connection,
      LoginMessages login,
      Outcome outcome) {
    this.security = security;
    this.connection = connection;
    this.login = login;
    this.outcome = outcome;
  }

  /** Sends the first message. */
  void begin() {
    run(login::begin, this::send, outcome::unavailable);
  }

  @Override
  public Api api() {
    return Api.AUTHENTICATE;
  }

  @Override
  public void answered(Response response) {
    if (response instanceof ErrorResponse refusal) {
      outcome.refused(
          new MillraceException(
              refusal.code(),
              "the broker refused the credentials of the client ("
                  + security.credentials()
                  + "): "
                  + refusal.message()));
      return;
    }
    AuthenticateResponse answer = (AuthenticateResponse) response;
    byte[] message = ByteBufUtil.getBytes(answer.data());
    answer
        .login()
        .ifPresentOrElse(
            info ->
                run(() -> finish(message), done -> outcome.authenticated(info), outcome::refused),
            () -> run(() -> login.next(message), this::send, outcome::refused));
  }

  private Void finish(byte[] message) {
    login.finish(message);
    return null;
  }

  private void send(byte[] message) {
    connection.send(
        FIRST_VERSION,
        new AuthenticateRequest(login.mechanism(), Unpooled.wrappedBuffer(message)),
        this);
  }

  @Override
  public void lost(MillraceException cause) {
    LOG.debug("event=authenticate_lost cause={}", cause.toString());
  }

  private <T> void run(Callable<T> step, Consumer<T> next, Consumer<MillraceException> failed) {
    security
        .call(step)
        .addListener(
            (Future<T> done) -> {
              if (connection.isClosed()) {
                return;
              }
              if (done.isSuccess()) {
                next.accept(done.getNow());
              } else {
                failed.accept(ClientLogins.unavailable(security.credentials(), done.cause()));
              }
            });
  }
}
