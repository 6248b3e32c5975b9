package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;

/** Receives the state changes of a {@link ReconnectingLink}. Called on the event loop. */
public interface LinkListener {

  /** A connection is ready. The previous connection is closed. */
  void connected(ClientConnection connection);

  /**
   * The connection is closed, and the link reconnects. A GoAway of the broker is not reported:
   * requests that are sent after it are refused with a retriable error, or lost.
   */
  void disconnected(MillraceException cause);

  /** The connection can take more batches, after it could not. */
  void writable();

  /** The link has ended: no connection follows. */
  void failed(MillraceException cause);
}
