package io.millrace.server.security;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's use of one connection, from the moment when it is accepted until it is closed. The
 * listener makes and closes it; the handlers of requests see the client through it. Any thread.
 */
public final class Session {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Principal principal;
  private final SocketAddress remoteAddress;
  private final List<Runnable> closeHooks = new ArrayList<>(); // guarded by this
  private boolean closed; // guarded by this
  private volatile String clientId = "unknown";

  /** A session whose client has not said its id yet. */
  public Session(Principal principal, SocketAddress remoteAddress) {
    this.principal = principal;
    this.remoteAddress = remoteAddress;
  }

  /** The identity that the broker has verified. */
  public Principal principal() {
    return principal;
  }

  /** The name that the client gives itself, for the log; not verified. */
  public String clientId() {
    return clientId;
  }

  /** The address of the client. */
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** The client has said its id. */
  public void identify(String id) {
    clientId = id;
  }

  /**
   * Adds a task that ends what belongs to the session.
   *
   * @param hook runs once, on the thread that closes the session; at once if it is closed already
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

  /** Runs the hooks, in the order in which they were added. Repeated calls do nothing. */
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
      LOG.error("event=close_hook_failed client={}", clientId, e);
    }
  }
}
