package io.millrace.server.listener;

import io.millrace.protocol.ErrorCode;

/**
 * Counts the connections and requests of clients, for metrics. Called on hot paths and any thread:
 * must neither block nor throw.
 */
public interface ListenerObserver {

  /** A connection was accepted. */
  void connected();

  /** A connection that was accepted is closed. */
  void disconnected();

  /** The broker closes a connection for a reason of its own. */
  void sentAway(ErrorCode reason);

  /** A request was refused. */
  void refused(ErrorCode reason);

  /**
   * The timer of one api. A listener asks for its timers when it opens, not for each request.
   *
   * @param api its name, which differs from the names of other listeners
   */
  RequestTimer timer(String api);

  /** Measures the requests of one api. */
  @FunctionalInterface
  interface RequestTimer {

    /**
     * A request has ended: it was answered, refused, or left unanswered as its api asks.
     *
     * @param nanos from its last byte to its answer
     */
    void ended(long nanos);
  }
}
