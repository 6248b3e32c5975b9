package io.millrace.client.internal.connection;

import io.millrace.client.ConnectionEvent;
import io.millrace.client.ConnectionListener;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the listener of a client on a thread of its own, so that a listener that blocks does not
 * stop the client. The thread runs only while events wait. Any thread.
 */
public final class ListenerCalls {

  /** The number of waiting events. With one more, the oldest is skipped. */
  static final int MAX_WAITING = 64;

  private static final Logger LOG = LoggerFactory.getLogger(ListenerCalls.class);

  private final ConnectionListener listener;
  private final ArrayDeque<ConnectionEvent> waiting = new ArrayDeque<>();
  private boolean running;
  private boolean closed;

  /**
   * @param listener null: none
   */
  public ListenerCalls(ConnectionListener listener) {
    this.listener = listener;
  }

  /** Calls the listener soon. */
  synchronized void tell(ConnectionEvent event) {
    if (listener == null || closed) {
      return;
    }
    if (waiting.size() == MAX_WAITING) {
      waiting.removeFirst();
    }
    waiting.addLast(event);
    if (!running) {
      running = start();
    }
  }

  private boolean start() {
    Thread thread = new Thread(this::callAll, "millrace-client-listener");
    thread.setDaemon(true);
    try {
      thread.start();
      return true;
    } catch (OutOfMemoryError e) {
      // No thread can be started. The next event tries again.
      LOG.error("event=connection_listener_failed", e);
      return false;
    }
  }

  /** Skips the events that wait, and all later ones. Does not wait for a call in progress. */
  public synchronized void close() {
    closed = true;
    waiting.clear();
  }

  private void callAll() {
    for (ConnectionEvent next = next(); next != null; next = next()) {
      try {
        listener.changed(next);
      } catch (Throwable e) {
        LOG.error("event=connection_listener_failed", e);
      }
    }
  }

  private synchronized ConnectionEvent next() {
    ConnectionEvent next = waiting.pollFirst();
    running = next != null;
    return next;
  }
}
