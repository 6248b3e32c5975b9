package io.millrace.spring;

import io.millrace.client.ConnectionEvent;
import io.millrace.client.MillraceException;

/**
 * Whether the client has a connection, and the newest failure. The first connection is reported by
 * {@link ConnectingClient} itself: the client's listener hears of it later. Thread-safe.
 */
final class ConnectionState {

  private boolean connected;
  private MillraceException failure;

  synchronized boolean isConnected() {
    return connected;
  }

  /** The reason why there is no connection; null if it is not known, or there is one. */
  synchronized MillraceException failure() {
    return failure;
  }

  synchronized void connected() {
    connected = true;
    failure = null;
  }

  synchronized void failed(MillraceException cause) {
    connected = false;
    failure = cause;
  }

  /** Hears of the changes after the first connection. An attempt that was before it is ignored. */
  void changed(ConnectionEvent event) {
    if (event instanceof ConnectionEvent.Connected) {
      connected();
    } else if (event instanceof ConnectionEvent.Disconnected lost) {
      failed(lost.cause());
    } else if (event instanceof ConnectionEvent.Stopped stopped) {
      failed(stopped.cause());
    } else if (event instanceof ConnectionEvent.Connecting attempt) {
      synchronized (this) {
        failure = connected ? null : attempt.lastFailure().orElse(failure);
      }
    }
  }
}
