package io.millrace.server.nativeprotocol;

/**
 * The states of a connection.
 *
 * <pre>
 *                    HELLO                GO_AWAY              all answered          closed by either
 *   AWAITING_HELLO ---------> SERVING ---------------> GOING_AWAY -----------> LINGERING -----------> CLOSED
 *         | |                    ^                         ^
 *         | +-> AUTHENTICATING --+ AUTHENTICATE            |
 *         |            |                                   |
 *         +------------+-- refused, undecodable, too slow -+
 * </pre>
 */
enum ConnectionState {
  /** The first request must be HELLO. After any other request the broker closes the connection. */
  AWAITING_HELLO,

  /**
   * The broker requires a credential. Only AUTHENTICATE and PING are served, one at a time; see
   * {@link ConnectionLogin}.
   */
  AUTHENTICATING,

  /** Requests go to their handlers. */
  SERVING,

  /**
   * A GO_AWAY is written and the subscriptions have ended. Requests in flight are still answered.
   * If the broker is shutting down, new requests are refused; if the client broke the protocol,
   * they are not read.
   */
  GOING_AWAY,

  /**
   * The broker's side of the socket is closed, and received bytes are discarded. The client can
   * read everything that was sent to it before the socket is closed.
   */
  LINGERING,

  /** The socket is closed. */
  CLOSED
}
