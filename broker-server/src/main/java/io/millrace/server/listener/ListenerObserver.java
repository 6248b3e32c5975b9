package io.millrace.server.listener;

import io.millrace.protocol.ErrorCode;

/**
 * Counts the connections and requests of clients, for metrics. Called on hot paths: must neither
 * block nor throw. Any thread.
 */
public interface ListenerObserver {

  /** Counts a connection that was accepted. */
  void connected();

  /** Counts the close of a connection that was accepted. */
  void disconnected();

  /** Counts a connection that the broker closes. */
  void sentAway(ErrorCode reason);

  /** Counts a refused request. */
  void refused(ErrorCode reason);

  /**
   * The timer of one api. A listener gets its timers when it opens, not for each request.
   *
   * @param api name of the api; no other listener uses the same name
   */
  RequestTimer timer(String api);

  /** Measures the requests of one api. Must neither block nor throw. Any thread. */
  @FunctionalInterface
  interface RequestTimer {

    /**
     * Counts a request that was answered, refused, or left unanswered because its api has no
     * answer.
     *
     * @param nanos the time from the last byte of the request to the answer
     */
    void ended(long nanos);
  }
}
