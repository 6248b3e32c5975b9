package io.millrace.client;

import io.millrace.protocol.SourceSequence;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An event to send: a value, and optionally a key, an event time, a source, headers and a
 * partition.
 *
 * <p>The arrays are not copied. The event is immutable as long as the caller does not change them.
 * The caller may reuse them once {@link Producer#send} or {@link Producer#post} has returned.
 */
public final class Event {

  /** The value of {@link #partition()} if the producer chooses the partition. */
  public static final int ANY_PARTITION = -1;

  /** The value of {@link #sequence()} and {@link #sourceSequence()} if the event has none. */
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
    this.headers = builder.allHeaders();
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

  /** Returns an event without a key. */
  public static Event of(byte[] value) {
    return new Event(null, value);
  }

  /** Returns an event without a key. The value is stored as UTF-8. */
  public static Event of(String value) {
    return new Event(null, utf8(value));
  }

  /** Returns an event with a key. */
  public static Event of(byte[] key, byte[] value) {
    return new Event(key, value);
  }

  /** Returns an event with a key. Both are stored as UTF-8. */
  public static Event of(String key, String value) {
    return new Event(utf8(key), utf8(value));
  }

  /** Returns a new builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** The key, or null. Events with equal keys go to the same partition. */
  public byte[] key() {
    return key;
  }

  /** The content, or null. Null is stored as null, and not as an empty value. */
  public byte[] value() {
    return value;
  }

  /** The event time. Null: the time of the call of {@code send}. */
  public Instant timestamp() {
    return timestamp;
  }

  /** The source of the event. Null: the default source of the producer. */
  public String source() {
    return source;
  }

  /** The partition, from 0, or {@link #ANY_PARTITION}. */
  public int partition() {
    return partition;
  }

  /** The sequence for a named producer, or {@link #NO_SEQUENCE}. */
  public long sequence() {
    return sequence;
  }

  /**
   * The number of the event among the events of its source, or {@link #NO_SEQUENCE}. {@link
   * #headers} has it as the header {@code source-sequence}.
   */
  public long sourceSequence() {
    return sourceSequence(headers);
  }

  /** The number in the first header for it, or {@link #NO_SEQUENCE}. */
  static long sourceSequence(List<Header> headers) {
    for (Header header : headers) {
      if (header.name().equals(SourceSequence.HEADER)) {
        return SourceSequence.decode(header.value());
      }
    }
    return NO_SEQUENCE;
  }

  /** The headers in order, or an empty list. Unmodifiable. */
  public List<Header> headers() {
    return headers;
  }

  private static byte[] utf8(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  /** Builds an {@link Event}. For one thread. It can build several events, one after the other. */
  public static final class Builder {

    private byte[] key;
    private byte[] value;
    private Instant timestamp;
    private String source;
    private int partition = ANY_PARTITION;
    private long sequence = NO_SEQUENCE;
    private long sourceSequence = NO_SEQUENCE;
    private List<Header> headers;

    private Builder() {}

    /** The key; null: no key. Events with equal keys go to the same partition. */
    public Builder key(byte[] key) {
      this.key = key;
      return this;
    }

    /** The key, which is stored as UTF-8; null: no key. */
    public Builder key(String key) {
      return key(utf8(key));
    }

    /** The content; null is stored as null, and not as an empty value. */
    public Builder value(byte[] value) {
      this.value = value;
      return this;
    }

    /** The content, which is stored as UTF-8; may be null. */
    public Builder value(String value) {
      return value(utf8(value));
    }

    /**
     * The event time; units smaller than a microsecond are cut off. Null: the time of the call of
     * {@code send}.
     */
    public Builder timestamp(Instant timestamp) {
      this.timestamp = timestamp;
      return this;
    }

    /**
     * The source of the event, 1 to 255 bytes of UTF-8. Null: the default source of the producer.
     * {@code send} checks it.
     */
    public Builder source(String source) {
      this.source = source;
      return this;
    }

    /**
     * The partition, whatever the key is. Default: {@link #ANY_PARTITION}.
     *
     * @throws IllegalArgumentException if it is negative and not {@link #ANY_PARTITION}
     */
    public Builder partition(int partition) {
      if (partition < ANY_PARTITION) {
        throw new IllegalArgumentException("a partition is 0 or more, not " + partition);
      }
      this.partition = partition;
      return this;
    }

    /**
     * The number of the event in the input of a {@linkplain Producer.Builder#name named} producer,
     * such as its line number. It must be greater than the number of the previous event in its
     * partition. Producers without a name refuse an event with a sequence. Default: {@link
     * #NO_SEQUENCE}.
     *
     * @throws IllegalArgumentException if it is neither 0 to 2^63 - 2 nor {@link #NO_SEQUENCE}
     */
    public Builder sequence(long sequence) {
      if (sequence < NO_SEQUENCE || sequence == Long.MAX_VALUE) {
        throw new IllegalArgumentException("a sequence is 0 to 2^63 - 2, not " + sequence);
      }
      this.sequence = sequence;
      return this;
    }

    /**
     * The number of the event among the events of its source: 0, 1, 2, ... The source assigns it,
     * and continues with it after a restart. {@link Admin#listSources} tells which numbers are
     * missing or repeated. The number is stored as the header {@code source-sequence}, and replaces
     * headers of this name. Send the events of a source with one key, so that they are in one
     * partition. Default: {@link #NO_SEQUENCE}.
     *
     * @throws IllegalArgumentException if it is neither 0 to 2^63 - 2 nor {@link #NO_SEQUENCE}
     */
    public Builder sourceSequence(long sourceSequence) {
      if (sourceSequence < NO_SEQUENCE || sourceSequence > SourceSequence.MAX) {
        throw new IllegalArgumentException(
            "a source sequence is 0 to 2^63 - 2, not " + sourceSequence);
      }
      this.sourceSequence = sourceSequence;
      return this;
    }

    /** Adds a header. */
    public Builder header(String name, byte[] value) {
      if (headers == null) {
        headers = new ArrayList<>();
      }
      headers.add(new Header(name, value));
      return this;
    }

    /** Adds a header, whose value is stored as UTF-8. */
    public Builder header(String name, String value) {
      return header(name, utf8(value));
    }

    /** Replaces all headers. */
    public Builder headers(List<Header> headers) {
      this.headers = new ArrayList<>(Objects.requireNonNull(headers, "headers"));
      return this;
    }

    private List<Header> allHeaders() {
      if (sourceSequence == NO_SEQUENCE) {
        return headers == null ? List.of() : List.copyOf(headers);
      }
      List<Header> all = headers == null ? new ArrayList<>() : new ArrayList<>(headers);
      all.removeIf(header -> header.name().equals(SourceSequence.HEADER));
      all.add(new Header(SourceSequence.HEADER, SourceSequence.encode(sourceSequence)));
      return List.copyOf(all);
    }

    /** Returns the event. */
    public Event build() {
      return new Event(this);
    }
  }
}
