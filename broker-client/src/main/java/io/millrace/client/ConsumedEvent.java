package io.millrace.client;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;

/**
 * An event that a consumer has read. Each event has arrays of its own. The accessors do not copy
 * them, so the event is immutable as long as the caller does not change them.
 */
public final class ConsumedEvent {

  private final String topic;
  private final int partition;
  private final long offset;
  private final long timestampMicros;
  private final long appendTimeMicros;
  private final String source;
  private final byte[] key;
  private final byte[] value;
  private final List<Header> headers;

  /**
   * Creates an event. Consumers create events; tests of programs may do so too.
   *
   * @param partition the partition, from 0
   * @param offset the offset of the event in its partition
   * @param timestampMicros the event time in microseconds since the epoch, UTC
   * @param appendTimeMicros the append time in microseconds since the epoch, UTC
   * @param key may be null
   * @param value may be null
   * @param headers the headers, which are not copied
   */
  public ConsumedEvent(
      String topic,
      int partition,
      long offset,
      long timestampMicros,
      long appendTimeMicros,
      String source,
      byte[] key,
      byte[] value,
      List<Header> headers) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestampMicros = timestampMicros;
    this.appendTimeMicros = appendTimeMicros;
    this.source = source;
    this.key = key;
    this.value = value;
    this.headers = headers;
  }

  /** The name of the topic. */
  public String topic() {
    return topic;
  }

  /** The partition, from 0. */
  public int partition() {
    return partition;
  }

  /** The offset of the event in its partition. */
  public long offset() {
    return offset;
  }

  /** The event time, which the producer has set, in microseconds. */
  public Instant timestamp() {
    return Instant.EPOCH.plus(timestampMicros, ChronoUnit.MICROS);
  }

  /** The event time in microseconds since the epoch, UTC. */
  public long timestampMicros() {
    return timestampMicros;
  }

  /** The time of the broker's clock when it appended the event, in microseconds. */
  public Instant appendTime() {
    return Instant.EPOCH.plus(appendTimeMicros, ChronoUnit.MICROS);
  }

  /** The append time in microseconds since the epoch, UTC. */
  public long appendTimeMicros() {
    return appendTimeMicros;
  }

  /** The source of the event. */
  public String source() {
    return source;
  }

  /**
   * The {@linkplain Event.Builder#sourceSequence number} of the event among the events of its
   * source; empty if it has none.
   */
  public OptionalLong sourceSequence() {
    long number = Event.sourceSequence(headers);
    return number == Event.NO_SEQUENCE ? OptionalLong.empty() : OptionalLong.of(number);
  }

  /** The key, or null. */
  public byte[] key() {
    return key;
  }

  /** The value, or null. */
  public byte[] value() {
    return value;
  }

  /** The headers in order, or an empty list. Unmodifiable. */
  public List<Header> headers() {
    return headers;
  }

  /** The key decoded as UTF-8, or null. */
  public String keyAsString() {
    return key == null ? null : new String(key, StandardCharsets.UTF_8);
  }

  /** The value decoded as UTF-8, or null. */
  public String valueAsString() {
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  /** The position, source and event time of the event, and the size of its value. */
  @Override
  public String toString() {
    return topic
        + "/"
        + partition
        + "@"
        + offset
        + " source="
        + source
        + " timestamp="
        + timestamp()
        + " valueBytes="
        + (value == null ? 0 : value.length);
  }
}
