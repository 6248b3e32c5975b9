package io.millrace.client.internal.queue;

import io.millrace.client.QueueSettings;
import io.millrace.protocol.wire.QueueDeadLetters;
import io.millrace.protocol.wire.QueueOrdering;
import io.millrace.protocol.wire.QueueSettingsInfo;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Converts the settings of queues from the protocol to the API. */
public final class SettingsConversion {

  private SettingsConversion() {}

  /** The effective settings in the form of the API. */
  public static QueueSettings fromWire(QueueSettingsInfo settings) {
    return new QueueSettings(
        Duration.of(settings.lockMicros(), ChronoUnit.MICROS),
        settings.maxAttempts(),
        Duration.of(settings.backOffMicros(), ChronoUnit.MICROS),
        Duration.of(settings.backOffMaxMicros(), ChronoUnit.MICROS),
        settings.deadLetters() == QueueDeadLetters.DISCARD,
        settings.deadLetters() == QueueDeadLetters.NAMED_TOPIC
            ? Optional.of(settings.deadLetterTopic())
            : Optional.empty(),
        settings.ordering() == QueueOrdering.KEY);
  }
}
