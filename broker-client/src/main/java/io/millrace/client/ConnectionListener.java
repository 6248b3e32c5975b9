package io.millrace.client;

/**
 * Hears whether a client has a connection to its broker. See {@link
 * MillraceClient.Builder#connectionListener}.
 *
 * <p><b>Threads.</b> Called on the thread {@code millrace-client-listener}, one call at a time, in
 * the order of the events. The client does not wait for the listener. If the listener is slower
 * than the events, the oldest waiting events are skipped; the newest is delivered. An exception of
 * the listener is logged and has no other effect. No call starts after {@link MillraceClient#close}
 * has returned.
 */
@FunctionalInterface
public interface ConnectionListener {

  /** The connection was made or was lost, or an attempt to connect is in progress or has failed. */
  void changed(ConnectionEvent event);
}
