package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.wire.ThrottledPush;

/** The owner of one connection: receives its state changes. Called on the event loop. */
interface ConnectionOwner {

  /** The broker has answered Hello. */
  void ready(ClientConnection connection);

  /** The broker is going to close the connection: no more requests may be sent over it. */
  void goingAway(ClientConnection connection);

  /** The connection can take more batches, after it could not. */
  void writable(ClientConnection connection);

  /** A quota of the broker delays the answers to batches. */
  void throttled(ClientConnection connection, ThrottledPush push);

  /** The connection is closed, and all its pending requests have failed. */
  void closed(ClientConnection connection, MillraceException cause);
}
