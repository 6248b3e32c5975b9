package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import java.time.Duration;
import java.util.Optional;

/**
 * The time without a connection, until now. Immutable.
 *
 * @param sinceNanos its begin, as {@link System#nanoTime()} counts
 * @param attempts the number of attempts to connect that have begun
 * @param reason the newest failure in a few words
 * @param lastFailure the newest failure; empty if there is none yet
 */
record Outage(
    BrokerAddress server,
    long sinceNanos,
    int attempts,
    String reason,
    Optional<MillraceException> lastFailure) {

  /** An outage that has just begun. */
  static Outage begin(BrokerAddress server, String reason, Optional<MillraceException> failure) {
    return new Outage(server, System.nanoTime(), 0, reason, failure);
  }

  /** This outage with one more attempt. */
  Outage attempting() {
    return new Outage(server, sinceNanos, attempts + 1, reason, lastFailure);
  }

  /** This outage after an attempt has failed. */
  Outage failed(ConnectFailure failure) {
    return new Outage(server, sinceNanos, attempts, failure.reason(), Optional.of(failure.cause()));
  }

  /** Its length. */
  Duration length() {
    return Duration.ofNanos(System.nanoTime() - sinceNanos);
  }

  /** Server, length, attempts, newest failure and next step, for a message. */
  String describe() {
    return "no connection to the broker at "
        + server
        + " since "
        + length().toSeconds()
        + " s, "
        + attempts
        + (attempts == 1 ? " attempt" : " attempts")
        + " to connect; last failure: "
        + reason
        + nextStep();
  }

  private String nextStep() {
    return lastFailure
        .map(
            failure ->
                ClientFailures.isOfAuthentication(failure.code())
                    ? ""
                    : ClientFailures.nextStep(failure.getCause()))
        .orElse(ClientFailures.nextStep(null));
  }

  /** The failure of a call that has waited for a connection. */
  MillraceException failure() {
    ErrorCode code =
        lastFailure
            .map(MillraceException::code)
            .filter(ClientFailures::isOfAuthentication)
            .orElse(ErrorCode.SERVER_UNREACHABLE);
    return new MillraceException(code, describe(), lastFailure.orElse(null));
  }
}
