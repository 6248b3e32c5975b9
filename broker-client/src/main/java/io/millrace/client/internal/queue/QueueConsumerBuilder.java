package io.millrace.client.internal.queue;

import io.millrace.client.QueueConsumer;
import io.millrace.client.internal.connection.SettingChecks;
import io.millrace.protocol.wire.QueueDeadLetters;
import io.millrace.protocol.wire.QueueOrdering;
import io.millrace.protocol.wire.QueueSettingsInfo;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The builder of a queue consumer. The broker checks names. */
final class QueueConsumerBuilder implements QueueConsumer.Builder {

  private static final Duration SHORTEST_LOCK = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofHours(12);
  private static final int MAX_ATTEMPTS = 1_000;
  private static final int MAX_POLL_EVENTS = 10_000;
  private static final int MIN_POLL_BYTES = 1024;
  private static final int MAX_POLL_BYTES = 64 << 20;

  private final Queues queues;
  private final String topic;
  private final String queue;

  private long lockMicros = QueueSettingsInfo.AS_THE_QUEUE.lockMicros();
  private int maxAttempts = QueueSettingsInfo.AS_THE_QUEUE.maxAttempts();
  private long backOffMicros = QueueSettingsInfo.AS_THE_QUEUE.backOffMicros();
  private long backOffMaxMicros = QueueSettingsInfo.AS_THE_QUEUE.backOffMaxMicros();
  private QueueDeadLetters deadLetters = QueueDeadLetters.AS_THE_QUEUE;
  private String deadLetterTopic = "";
  private QueueOrdering ordering = QueueOrdering.AS_THE_QUEUE;
  private int maxPollEvents = 100;
  private int maxPollBytes = 4 << 20;
  private Duration drain = Duration.ofSeconds(30);

  QueueConsumerBuilder(Queues queues, String topic, String queue) {
    this.queues = queues;
    this.topic = Objects.requireNonNull(topic, "topic");
    this.queue = Objects.requireNonNull(queue, "queue");
  }

  @Override
  public QueueConsumer.Builder lockTime(Duration time) {
    this.lockMicros = micros("lockTime", time, SHORTEST_LOCK);
    return this;
  }

  @Override
  public QueueConsumer.Builder maxAttempts(int attempts) {
    SettingChecks.requireBetween("maxAttempts", attempts, 1, MAX_ATTEMPTS);
    this.maxAttempts = attempts;
    return this;
  }

  @Override
  public QueueConsumer.Builder backOff(Duration first, Duration longest) {
    long firstMicros = micros("first", first, Duration.ZERO);
    this.backOffMaxMicros = micros("longest", longest, first);
    this.backOffMicros = firstMicros;
    return this;
  }

  @Override
  public QueueConsumer.Builder deadLetterTopic(String topic) {
    this.deadLetterTopic = Objects.requireNonNull(topic, "topic");
    this.deadLetters = QueueDeadLetters.NAMED_TOPIC;
    return this;
  }

  @Override
  public QueueConsumer.Builder discardDeadLetters() {
    this.deadLetterTopic = "";
    this.deadLetters = QueueDeadLetters.DISCARD;
    return this;
  }

  @Override
  public QueueConsumer.Builder orderedByKey() {
    this.ordering = QueueOrdering.KEY;
    return this;
  }

  @Override
  public QueueConsumer.Builder maxPollEvents(int events) {
    SettingChecks.requireBetween("maxPollEvents", events, 1, MAX_POLL_EVENTS);
    this.maxPollEvents = events;
    return this;
  }

  @Override
  public QueueConsumer.Builder maxPollBytes(int bytes) {
    SettingChecks.requireBetween("maxPollBytes", bytes, MIN_POLL_BYTES, MAX_POLL_BYTES);
    this.maxPollBytes = bytes;
    return this;
  }

  @Override
  public QueueConsumer.Builder drain(Duration limit) {
    this.drain = SettingChecks.requireNotNegative("drain", limit);
    return this;
  }

  @Override
  public QueueConsumer build() {
    QueueSettingsInfo settings =
        new QueueSettingsInfo(
            lockMicros,
            maxAttempts,
            backOffMicros,
            backOffMaxMicros,
            deadLetters,
            deadLetterTopic,
            ordering);
    return queues.open(
        new QueueOptions(queue, topic, settings, maxPollEvents, maxPollBytes, drain));
  }

  private static long micros(String name, Duration time, Duration shortest) {
    if (time.compareTo(shortest) < 0 || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + " must be " + shortest + " to " + LONGEST + ", not " + time);
    }
    return TimeUnit.NANOSECONDS.toMicros(time.toNanos());
  }
}
