package io.millrace.server.listener;

import io.millrace.server.settings.ListenAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * An open listener: bound sockets of one protocol, and the connections of its clients. {@link
 * ListenerSettings#open} gives one that serves. Any thread.
 */
public interface Listener extends AutoCloseable {

  /** The addresses that it is bound to, with the ports that the system chose. Never empty. */
  List<ListenAddress> addresses();

  /** The number of open connections, for the log and for metrics. */
  int connections();

  /** The bytes that wait for clients to take them, for metrics. */
  long unsentBytes();

  /**
   * Begins an orderly stop: accepts no more connections, tells the clients to go, and answers the
   * requests that are in flight. Does not block.
   *
   * @param timeout longest time that answers may take
   * @return completes normally when the last client has gone, and at the latest after the timeout
   */
  CompletableFuture<Void> drain(Duration timeout);

  /**
   * Closes the sockets and every connection that is still open. Blocks. The broker and the shared
   * event loops are still running, and the listener does not close them.
   */
  @Override
  void close();
}
