package io.millrace.client.internal.connection;

import io.millrace.client.internal.producer.EventClock;
import java.time.Duration;

/**
 * The settings of one client.
 *
 * @param server where the broker listens
 * @param clientId who this client is
 * @param connectTimeout for one attempt, handshake included
 * @param requestTimeout for one request, reconnecting included
 * @param initialBackoff first pause before connecting again
 * @param maxBackoff longest pause
 * @param clock event time of events that have none
 */
public record ClientSettings(
    BrokerAddress server,
    String clientId,
    Duration connectTimeout,
    Duration requestTimeout,
    Duration initialBackoff,
    Duration maxBackoff,
    EventClock clock) {

  /** What the broker's log says this client is. */
  static final String SOFTWARE = "millrace-java";
}
