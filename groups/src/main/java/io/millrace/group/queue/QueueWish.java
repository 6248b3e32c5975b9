package io.millrace.group.queue;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Settings that somebody wants for a queue. What is empty stays as the queue has it; a new queue
 * has {@link QueueRules#DEFAULT}.
 */
public record QueueWish(
    OptionalLong lockMicros,
    OptionalInt maxAttempts,
    OptionalLong backOffMicros,
    OptionalLong backOffMaxMicros,
    Optional<DeadLetterRule> deadLetters,
    Optional<QueueOrder> ordering) {

  /** No wish. */
  public static final QueueWish NONE =
      new QueueWish(
          OptionalLong.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty());

  public QueueWish {
    Objects.requireNonNull(lockMicros, "lockMicros");
    Objects.requireNonNull(maxAttempts, "maxAttempts");
    Objects.requireNonNull(backOffMicros, "backOffMicros");
    Objects.requireNonNull(backOffMaxMicros, "backOffMaxMicros");
    Objects.requireNonNull(deadLetters, "deadLetters");
    Objects.requireNonNull(ordering, "ordering");
  }

  /** A wish for all settings. */
  public static QueueWish of(QueueRules settings) {
    return new QueueWish(
        OptionalLong.of(settings.lockMicros()),
        OptionalInt.of(settings.maxAttempts()),
        OptionalLong.of(settings.backOffMicros()),
        OptionalLong.of(settings.backOffMaxMicros()),
        Optional.of(settings.deadLetters()),
        Optional.of(settings.ordering()));
  }

  /** The settings with the wish. */
  public QueueRules applyTo(QueueRules settings) {
    return new QueueRules(
        lockMicros.orElse(settings.lockMicros()),
        maxAttempts.orElse(settings.maxAttempts()),
        backOffMicros.orElse(settings.backOffMicros()),
        backOffMaxMicros.orElse(settings.backOffMaxMicros()),
        deadLetters.orElse(settings.deadLetters()),
        ordering.orElse(settings.ordering()));
  }
}
