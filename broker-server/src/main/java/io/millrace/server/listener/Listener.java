package io.millrace.server.listener;

import io.millrace.server.settings.ListenAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * An open listener: the bound sockets of one protocol, and the connections of its clients. Any
 * thread.
 */
public interface Listener extends AutoCloseable {

  /**
   * The addresses that the listener is bound to, with the ports that the system chose; not empty.
   */
  List<ListenAddress> addresses();

  /** The number of open connections, for the log and for metrics. */
  int connections();

  /** The bytes that wait for clients to take them, for metrics. */
  long unsentBytes();

  /** The memory that requests have claimed which are not complete yet, for metrics. */
  long unfinishedBytes();

  /**
   * Begins an orderly stop: accepts no more connections, tells the clients to go, and answers the
   * requests that are in flight. Does not block.
   *
   * @param timeout longest time that answers may take
   * @return completes normally when the last client has gone, and at the latest after the timeout
   */
  CompletableFuture<Void> drain(Duration timeout);

  /**
   * Closes the sockets and every connection that is still open. Blocks. The shared event loops are
   * still running, and the server closes them later.
   */
  @Override
  void close();
}
