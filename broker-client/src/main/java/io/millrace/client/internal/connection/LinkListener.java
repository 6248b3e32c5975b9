package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;

/** Told when the way to the broker opens and closes. Called on the event loop. */
public interface LinkListener {

  /** There is a connection; the one before is gone. */
  void connected(ClientConnection connection);

  /**
   * The connection is gone; another one will come. That the broker is about to close it is not
   * told: what is asked over it meanwhile is refused for now, or lost.
   */
  void disconnected(MillraceException cause);

  /** The socket takes more again. */
  void writable();

  /** There will be no other connection. */
  void failed(MillraceException cause);
}
