package io.millrace.client;

import java.time.Duration;
import java.util.Optional;

/** A change of the connection between a client and its broker. Immutable. */
public sealed interface ConnectionEvent {

  /** The address of the broker, as {@code host:port}. */
  String server();

  /**
   * The broker has accepted the client: the first connection, or a new one after {@link
   * Disconnected}.
   *
   * @param after the time without a connection
   * @param attempts the number of attempts that were made, 1 or more
   */
  record Connected(String server, Duration after, int attempts) implements ConnectionEvent {}

  /**
   * The connection broke, and the client reconnects.
   *
   * @param cause why it broke
   */
  record Disconnected(String server, MillraceException cause) implements ConnectionEvent {}

  /**
   * There is no connection yet. Comes after each failed attempt, and each second during an attempt.
   * It comes for the first connection too.
   *
   * @param attempt the number of the attempt, from 1
   * @param since the time without a connection
   * @param reason the newest failure in a few words; during a first attempt, what it waits for
   * @param lastFailure the newest failure; empty during a first attempt
   */
  record Connecting(
      String server,
      int attempt,
      Duration since,
      String reason,
      Optional<MillraceException> lastFailure)
      implements ConnectionEvent {}

  /**
   * The client has stopped: the broker refused it for a reason that a retry cannot fix.
   *
   * @param cause the failure of every later call
   */
  record Stopped(String server, MillraceException cause) implements ConnectionEvent {}
}
