package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.AuthenticateRequest;
import io.millrace.protocol.wire.AuthenticateResponse;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.LoginInfo;
import io.millrace.server.authentication.Authentication;
import io.millrace.server.authentication.ClientLogin;
import io.millrace.server.authentication.Login;
import io.millrace.server.listener.AddressBlock;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The authentication of one connection: answers HELLO and AUTHENTICATE, and sends the client away
 * when its credential is no longer valid. Event loop of the connection.
 */
final class ConnectionLogin {

  /** The longest frame of a client that is not served yet. */
  static final int MAX_FRAME_BYTES = 16 * 1024;

  /** The number of failures after which the connection is closed. */
  private static final int MAX_FAILURES = 3;

  private static final String HOW_TO_LOG_IN =
      "set a user and password, or a token: MILLRACE_TOKEN or --profile for the commands,"
          + " credentials(...) for the Java client";

  private final NativeConnection connection;
  private final Authentication authentication;
  private final BrokerInfo broker;
  private final AddressBlock address;

  private Optional<String> certificate = Optional.empty();
  private ClientLogin attempts; // null before the client can authenticate
  private Login login; // null before the client is served
  private int failures;

  /** The refusals that are sent later. At most one more than {@link #MAX_FAILURES}. */
  private final Map<PendingRequest, Future<?>> delayed = new HashMap<>();

  /**
   * @param address of the client
   */
  ConnectionLogin(
      NativeConnection connection,
      Authentication authentication,
      BrokerInfo broker,
      AddressBlock address) {
    this.connection = connection;
    this.authentication = authentication;
    this.broker = broker;
    this.address = address;
  }

  /** Sets the principal that the client's certificate proves. Before HELLO. */
  void certificatePrincipal(String name) {
    certificate = Optional.of(name);
  }

  /** Answers HELLO: serves a client with a certificate, and asks any other for a credential. */
  void hello(HelloRequest hello, PendingRequest pending) {
    Optional<Login> proved = certificate.flatMap(authentication::certificate);
    if (proved.isPresent()) {
      serve(proved.get());
      pending.answer(new HelloResponse(List.of(), login.principal().name(), Optional.of(broker)));
    } else if (pending.version() < HelloRequest.MECHANISMS_SINCE) {
      String message =
          "this broker serves clients with a credential only, and this client has sent HELLO version "
              + pending.version()
              + ", which has none; use a newer client and "
              + HOW_TO_LOG_IN;
      pending.refuse(ErrorCode.AUTHENTICATION_REQUIRED, message);
      connection.goAway(ErrorCode.AUTHENTICATION_REQUIRED, message, NativeConnection.LINGER);
    } else {
      begin(hello.mechanisms());
      connection.authenticating();
      pending.answer(new HelloResponse(attempts.mechanisms(), "", Optional.empty()));
    }
  }

  /** What a client hears that sends another request before it is authenticated. */
  static String required(String request) {
    return request
        + " came before the client was authenticated; this broker serves clients with a credential"
        + " only: "
        + HOW_TO_LOG_IN;
  }

  /** Answers a message of an authentication, or of the renewal of one. */
  void authenticate(AuthenticateRequest request, PendingRequest pending) {
    if (attempts == null) { // authenticated by certificate so far
      begin(List.of());
    }
    CompletableFuture<ClientLogin.Answer> answer =
        attempts.message(request.mechanism(), ByteBufUtil.getBytes(request.data()));
    if (answer.isDone()) {
      answer(answer.join(), pending);
    } else {
      answer.thenAccept(later -> connection.execute(() -> answer(later, pending)));
    }
  }

  private void answer(ClientLogin.Answer answer, PendingRequest pending) {
    if (answer instanceof ClientLogin.Answer.More more) {
      pending.answer(
          new AuthenticateResponse(Optional.empty(), Unpooled.wrappedBuffer(more.data())));
    } else if (!connection.isOpen()) {
      pending.refuse(ErrorCode.AUTHENTICATION_FAILED, Authentication.FAILED);
    } else if (answer instanceof ClientLogin.Answer.Proved proved) {
      proved(proved, pending);
    } else {
      refuse(((ClientLogin.Answer.Refused) answer).delayNanos(), pending);
    }
  }

  private void begin(List<String> mechanisms) {
    attempts =
        authentication.login(connection.channel(), connection.session(), address, mechanisms);
  }

  private void proved(ClientLogin.Answer.Proved proved, PendingRequest pending) {
    if (login != null && !login.principal().equals(proved.login().principal())) {
      String message =
          "the credential is one of another principal, or has other roles or another scope than the"
              + " one before; use another connection for it";
      pending.refuse(ErrorCode.AUTHENTICATION_FAILED, message);
      connection.goAway(ErrorCode.AUTHENTICATION_FAILED, message, NativeConnection.LINGER);
      return;
    }
    serve(proved.login());
    pending.answer(
        new AuthenticateResponse(
            Optional.of(new LoginInfo(login.principal().name(), login.expiresAtMicros(), broker)),
            Unpooled.wrappedBuffer(proved.data())));
  }

  private void serve(Login proved) {
    boolean renewal = login != null;
    login = proved;
    authentication.accept(connection.session(), proved);
    if (!renewal) {
      connection.serve();
    }
  }

  private void refuse(long delayNanos, PendingRequest pending) {
    failures++;
    if (delayNanos == 0 || failures > MAX_FAILURES) {
      refused(pending);
      return;
    }
    delayed.put(
        pending,
        connection
            .channel()
            .eventLoop()
            .schedule(
                () -> {
                  delayed.remove(pending);
                  refused(pending);
                },
                delayNanos,
                TimeUnit.NANOSECONDS));
  }

  /** The connection is closed: nothing of it waits any longer. */
  void close() {
    delayed.forEach(
        (pending, answer) -> {
          answer.cancel(false);
          pending.leaveUnanswered();
        });
    delayed.clear();
  }

  private void refused(PendingRequest pending) {
    pending.refuse(ErrorCode.AUTHENTICATION_FAILED, Authentication.FAILED);
    if (failures >= MAX_FAILURES) {
      connection.goAway(
          ErrorCode.AUTHENTICATION_FAILED, Authentication.FAILED, NativeConnection.LINGER);
    }
  }

  /** Sends the client away if its credential is no longer valid. */
  void check() {
    if (login == null) {
      return;
    }
    if (!authentication.isValid(login)) {
      connection.goAway(
          ErrorCode.AUTHENTICATION_FAILED,
          "the user was disabled or removed, or the token was revoked; connect with another"
              + " credential",
          NativeConnection.LINGER);
    } else if (authentication.isExpired(login)) {
      connection.goAway(
          ErrorCode.CREDENTIAL_EXPIRED,
          "the credential has expired; connect with a new one",
          NativeConnection.LINGER);
    }
  }
}
