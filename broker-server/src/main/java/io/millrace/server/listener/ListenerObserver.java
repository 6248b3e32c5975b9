package io.millrace.server.listener;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;

/**
 * Told of what the listener does, for metrics. Called on hot paths and any thread: must neither
 * block nor throw.
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
   * A request has ended: was answered, refused, or left unanswered as its api asks.
   *
   * @param nanos from its last byte to its answer
   */
  void ended(Api api, long nanos);
}
