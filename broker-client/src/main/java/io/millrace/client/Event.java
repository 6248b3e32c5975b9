package io.millrace.client;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An event to be sent: a value, and optionally a key, an event time, a source, headers and a
 * partition. Immutable as long as the caller leaves the arrays unchanged, which are not copied;
 * once {@code send} has returned they may be reused.
 */
public final class Event {

  /** The partition of an event that leaves the choice to the producer. */
  public static final int ANY_PARTITION = -1;

  /** The sequence of an event that has none. */
  public static final long NO_SEQUENCE = -1;

  private final byte[] key;
  private final byte[] value;
  private final Instant timestamp;
  private final String source;
  private final int partition;
  private final long sequence;
  private final List<Header> headers;

  private Event(Builder builder) {
    this.key = builder.key;
    this.value = builder.value;
    this.timestamp = builder.timestamp;
    this.source = builder.source;
    this.partition = builder.partition;
    this.sequence = builder.sequence;
    this.headers = builder.headers == null ? List.of() : List.copyOf(builder.headers);
  }

  private Event(byte[] key, byte[] value) {
    this.key = key;
    this.value = value;
    this.timestamp = null;
    this.source = null;
    this.partition = ANY_PARTITION;
    this.sequence = NO_SEQUENCE;
    this.headers = List.of();
  }

  /** An event without a key. */
  public static Event of(byte[] value) {
    return new Event(null, value);
  }

  /** An event without a key; the value is stored as UTF-8. */
  public static Event of(String value) {
    return new Event(null, utf8(value));
  }

  /** An event with a key. */
  public static Event of(byte[] key, byte[] value) {
    return new Event(key, value);
  }

  /** An event with a key; both are stored as UTF-8. */
  public static Event of(String key, String value) {
    return new Event(utf8(key), utf8(value));
  }

  /** An event piece by piece. */
  public static Builder builder() {
    return new Builder();
  }

  /** Equal keys go to the same partition. Null: no key. */
  public byte[] key() {
    return key;
  }

  /** What the event says. Null is kept apart from empty. */
  public byte[] value() {
    return value;
  }

  /** The event time. Null: the moment of {@code send}. */
  public Instant timestamp() {
    return timestamp;
  }

  /** Who produced the event. Null: the producer's default source. */
  public String source() {
    return source;
  }

  /** The partition, from 0, or {@link #ANY_PARTITION}. */
  public int partition() {
    return partition;
  }

  /** Its number in what a named producer sends, or {@link #NO_SEQUENCE}. */
  public long sequence() {
    return sequence;
  }

  /** Names with bytes, in order; may be empty. */
  public List<Header> headers() {
    return headers;
  }

  private static byte[] utf8(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  /** Puts an {@link Event} together. Not thread-safe; may be used for one event after the other. */
  public static final class Builder {

    private byte[] key;
    private byte[] value;
    private Instant timestamp;
    private String source;
    private int partition = ANY_PARTITION;
    private long sequence = NO_SEQUENCE;
    private List<Header> headers;

    private Builder() {}

    /** Equal keys go to the same partition. */
    public Builder key(byte[] key) {
      this.key = key;
      return this;
    }

    /** A key that is stored as UTF-8. */
    public Builder key(String key) {
      return key(utf8(key));
    }

    /** What the event says; null is kept apart from empty. */
    public Builder value(byte[] value) {
      this.value = value;
      return this;
    }

    /** A value that is stored as UTF-8. */
    public Builder value(String value) {
      return value(utf8(value));
    }

    /**
     * The event time; what is finer than a microsecond is cut off. Null: the moment of {@code
     * send}.
     */
    public Builder timestamp(Instant timestamp) {
      this.timestamp = timestamp;
      return this;
    }

    /** Who produced the event, 1 to 255 bytes of UTF-8. Null: the producer's default source. */
    public Builder source(String source) {
      this.source = source;
      return this;
    }

    /**
     * A partition of the caller's choice, whatever the key.
     *
     * @throws IllegalArgumentException if negative and not {@link #ANY_PARTITION}
     */
    public Builder partition(int partition) {
      if (partition < ANY_PARTITION) {
        throw new IllegalArgumentException("a partition is 0 or more, not " + partition);
      }
      this.partition = partition;
      return this;
    }

    /**
     * The event's number in what a {@linkplain Producer.Builder#name named} producer sends, such as
     * the number of its line: greater than that of the event before it in its partition. Other
     * producers refuse it.
     *
     * @throws IllegalArgumentException unless 0 to 2^63 - 2, or {@link #NO_SEQUENCE}
     */
    public Builder sequence(long sequence) {
      if (sequence < NO_SEQUENCE || sequence == Long.MAX_VALUE) {
        throw new IllegalArgumentException("a sequence is 0 to 2^63 - 2, not " + sequence);
      }
      this.sequence = sequence;
      return this;
    }

    /** One header more. */
    public Builder header(String name, byte[] value) {
      if (headers == null) {
        headers = new ArrayList<>();
      }
      headers.add(new Header(name, value));
      return this;
    }

    /** One header more, its value stored as UTF-8. */
    public Builder header(String name, String value) {
      return header(name, utf8(value));
    }

    /** These headers and no others. */
    public Builder headers(List<Header> headers) {
      this.headers = new ArrayList<>(Objects.requireNonNull(headers, "headers"));
      return this;
    }

    /** The event. */
    public Event build() {
      return new Event(this);
    }
  }
}
