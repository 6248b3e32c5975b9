package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;

/** Told what becomes of a connection. Called on the event loop. */
interface ConnectionListener {

  /** The broker has answered Hello. */
  void ready(ClientConnection connection);

  /** The broker will close the connection: nothing more may be asked over it. */
  void goingAway(ClientConnection connection);

  /** The socket takes more again. */
  void writable(ClientConnection connection);

  /** The connection is gone; everything that waited for an answer has been told. */
  void closed(ClientConnection connection, MillraceException cause);
}
