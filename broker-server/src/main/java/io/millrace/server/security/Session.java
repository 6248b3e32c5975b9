package io.millrace.server.security;

import io.millrace.protocol.Quoted;
import io.millrace.security.Principal;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client of one connection, from the time it is accepted until it is closed. The listener
 * creates and closes the session; the handlers of requests and the authorizer use it. Any thread.
 */
public final class Session {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private volatile Principal principal;
  private final SocketAddress remoteAddress;
  private final List<Runnable> closeHooks = new ArrayList<>(); // guarded by this
  private boolean closed; // guarded by this
  private volatile String mechanism = "";
  private volatile long expiresAtMicros;
  private volatile String clientId = "unknown";

  /** A session whose client id is not known yet. */
  public Session(Principal principal, SocketAddress remoteAddress) {
    this.principal = principal;
    this.remoteAddress = remoteAddress;
  }

  /** The identity of the client, for authorization. */
  public Principal principal() {
    return principal;
  }

  /** Sets the identity of the client, which the listener has verified. */
  public void authenticated(Principal verified) {
    principal = verified;
  }

  /** As {@link #authenticated(Principal)}, with the mechanism that has proved it. */
  public void authenticated(Principal verified, String by) {
    mechanism = by;
    principal = verified;
  }

  /**
   * Sets when the credential expires.
   *
   * @param micros microseconds since the epoch, UTC; 0: never
   */
  public void expiresAt(long micros) {
    expiresAtMicros = micros;
  }

  /** How the identity was proved, such as {@code SCRAM-SHA-256}; empty if it was not. */
  public String mechanism() {
    return mechanism;
  }

  /** When the credential expires, in microseconds since the epoch, UTC; 0: never. */
  public long expiresAtMicros() {
    return expiresAtMicros;
  }

  /** The name that the client has sent. It is not verified. */
  public String clientId() {
    return clientId;
  }

  /** The client id as a value of a log line: in quotes, so that it cannot add a key to the line. */
  public String clientInLog() {
    return Quoted.logValue(clientId);
  }

  /** The address of the client. */
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** Sets the client id. */
  public void identify(String id) {
    clientId = id;
  }

  /**
   * Adds a task that runs when the session is closed, for example to end its subscriptions.
   *
   * @param hook runs once, on the thread that closes the session. If the session is already closed,
   *     it runs now
   */
  public void onClose(Runnable hook) {
    synchronized (this) {
      if (!closed) {
        closeHooks.add(hook);
        return;
      }
    }
    run(hook);
  }

  /** Removes a task that was added, if it has not run yet. */
  public synchronized void removeOnClose(Runnable hook) {
    closeHooks.remove(hook);
  }

  /** Runs the hooks in the order in which they were added. Repeated calls do nothing. */
  public void close() {
    List<Runnable> hooks;
    synchronized (this) {
      closed = true;
      hooks = List.copyOf(closeHooks);
      closeHooks.clear();
    }
    hooks.forEach(this::run);
  }

  private void run(Runnable hook) {
    try {
      hook.run();
    } catch (RuntimeException e) {
      LOG.error("event=close_hook_failed client={}", clientInLog(), e);
    }
  }
}
