package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.server.security.Session;
import java.io.IOException;
import java.net.SocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reports what happens to a connection: in the log, and to the observer of the listener, which
 * counts it. Any thread.
 */
final class ConnectionReports {

  private static final Logger LOG = LoggerFactory.getLogger(NativeConnection.class);
  private static final SentAwayLines SENT_AWAY = new SentAwayLines();

  private final Session session;
  private final SocketAddress remote;
  private final ConnectionContext context;

  /**
   * @param session of the connection
   * @param remote the address of the client
   */
  ConnectionReports(Session session, SocketAddress remote, ConnectionContext context) {
    this.session = session;
    this.remote = remote;
    this.context = context;
  }

  void opened() {
    context.observer().connected();
  }

  void greeted(HelloRequest hello) {
    LOG.debug(
        "event=connected client={} software={} remote={}",
        session.clientInLog(),
        Quoted.logValue(hello.clientSoftware()),
        remote);
  }

  /** The end of a request. */
  void ended(PendingRequest pending, ErrorCode outcome) {
    context.timers().ended(pending.api(), System.nanoTime() - pending.startNanos());
    if (outcome != ErrorCode.NONE) {
      context.observer().refused(outcome);
      LOG.debug(
          "event=refused client={} api={} code={}", session.clientInLog(), pending.api(), outcome);
    }
  }

  /** The client gets a GO_AWAY. */
  void sentAway(ErrorCode code, String message) {
    // The server logs a shutdown once, and the listener a limit at most once a minute.
    boolean logged = code == ErrorCode.SHUTTING_DOWN || code == ErrorCode.TOO_MANY_CONNECTIONS;
    long times = logged ? 0 : SENT_AWAY.count(code.name());
    LOG.atLevel(times == 0 ? Level.DEBUG : Level.INFO)
        .log(
            "event=sent_away client={} remote={} code={} times={} reason={}",
            session.clientInLog(),
            remote,
            code,
            times,
            Quoted.logValue(message));
    context.observer().sentAway(code);
  }

  /** The client spoke HTTP, and has got its answer. */
  void answeredHttp() {
    SENT_AWAY.httpOnNativePort(remote);
    context.observer().sentAway(ErrorCode.MALFORMED_FRAME);
  }

  /** The connection is closed at once, without a GO_AWAY. */
  void dropped(ErrorCode reason) {
    context.observer().sentAway(reason);
  }

  /** The connection is closed at once, because of an exception. */
  void failed(Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug(
          "event=connection_lost client={} cause={}",
          session.clientInLog(),
          Quoted.logValue(cause.toString()));
    } else if (cause instanceof OutOfMemoryError shortage) {
      context.memory().shortage().closes(session.clientInLog(), shortage);
      context.observer().sentAway(ErrorCode.RESOURCES_EXHAUSTED);
    } else {
      LOG.error("event=connection_failed client={}", session.clientInLog(), cause);
    }
  }

  void closed() {
    context.observer().disconnected();
    LOG.debug("event=disconnected client={}", session.clientInLog());
  }
}
