package io.millrace.core;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.Isolation;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.RecoveryReport;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One partition: its log, its producers' sequences, who waits for a force, who is subscribed. */
public final class Partition {

  Partition() {
    throw new UnsupportedOperationException();
  }

  public LogId id() {
    throw new UnsupportedOperationException();
  }

  public Owner owner() {
    throw new UnsupportedOperationException();
  }

  /**
   * Checks, stamps and appends a batch. Owner thread only.
   *
   * @param batch little-endian and writable, from position to limit; the header is stamped in
   *     place. Does not take ownership: the bytes are copied before this method returns.
   */
  public void append(ByteBuffer batch, AckLevel ack, AppendCallback callback) {
    throw new UnsupportedOperationException();
  }

  /**
   * Subscribes. Owner thread only. Delivery begins with the caller's first {@link
   * Subscription#resume()}.
   *
   * @throws BrokerException {@code OFFSET_OUT_OF_RANGE}, {@code LIMIT_REACHED}
   */
  public Subscribed subscribe(SubscriptionSpec spec, SubscriptionSink sink) {
    throw new UnsupportedOperationException();
  }

  /**
   * @param startOffset first offset that the subscriber wants; the first batch may begin before it
   * @param offsets of the log when it subscribed
   */
  public record Subscribed(Subscription subscription, long startOffset, LogOffsets offsets) {}

  /** Any thread. */
  public LogOffsets offsets() {
    throw new UnsupportedOperationException();
  }

  /** Bytes kept. Any thread. */
  public long sizeBytes() {
    throw new UnsupportedOperationException();
  }

  public RecoveryReport recovery() {
    throw new UnsupportedOperationException();
  }

  /** Why the partition takes no appends, or null. Any thread. */
  public BrokerException failure() {
    throw new UnsupportedOperationException();
  }

  /**
   * The offset of the first record, by offset, whose event time is at least {@code micros}; the
   * visible end if there is none. Any thread; read in the background.
   */
  public CompletableFuture<Long> offsetForTime(long micros, Isolation isolation) {
    throw new UnsupportedOperationException();
  }

  /** The sources of the visible events, scanned in the background. Any thread. */
  public CompletableFuture<List<SourceSummary>> sources(Isolation isolation) {
    throw new UnsupportedOperationException();
  }

  /**
   * @param firstSeenMicros smallest event time
   * @param lastSeenMicros largest event time
   */
  public record SourceSummary(
      String source, long count, long firstSeenMicros, long lastSeenMicros) {}

  /** Counters since the partition was opened. Any thread; each is exact, together they are not. */
  public Counters counters() {
    throw new UnsupportedOperationException();
  }

  public record Counters(long eventsIn, long bytesIn, long eventsOut, long bytesOut) {}
}
