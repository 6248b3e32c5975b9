package io.millrace.core;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one subscriber gets: its credit in bytes, its deliveries, and the offsets that it knows. The
 * owner of the partition has its state.
 */
final class SubscriberOutput {

  /** Bytes without a match before the subscriber gets a delivery without batches. */
  static final int SILENT_BYTES = 4 * 1024 * 1024;

  static final long MAX_CREDIT = 1L << 30;

  private static final Logger LOG = LoggerFactory.getLogger(SubscriberOutput.class);
  private static final AutoCloseable NO_LEASE = () -> {};

  private final Subscriptions home;
  private final SubscriptionSink sink;
  private long credit;
  private long reportedOffset;
  private long silentBytes;

  SubscriberOutput(Subscriptions home, SubscriptionSink sink, long creditBytes, long startOffset) {
    this.home = home;
    this.sink = sink;
    this.credit = Math.min(creditBytes, MAX_CREDIT);
    this.reportedOffset = startOffset;
  }

  void addCredit(long bytes) {
    credit = Math.min(MAX_CREDIT, credit + Math.min(bytes, MAX_CREDIT));
  }

  long credit() {
    return credit;
  }

  SubscriptionSink sink() {
    return sink;
  }

  /** Bytes since the last delivery, up to which nothing matches. */
  long silentBytes() {
    return silentBytes;
  }

  boolean takesMore() {
    return credit > 0 && sink.isWritable();
  }

  /**
   * Delivers batches.
   *
   * @param lease the sink takes ownership
   */
  void deliver(
      SourceMatcher.Selection selection, AutoCloseable lease, long nextOffset, long visibleEnd) {
    credit -= selection.bytes();
    silentBytes = 0;
    reportedOffset = Math.max(reportedOffset, nextOffset);
    home.delivered(selection.events(), selection.bytes());
    sink.deliver(selection.runs(), lease, nextOffset, visibleEnd);
  }

  /** Nothing was delivered of some bytes up to an offset. */
  void silent(long bytes, long nextOffset, long visibleEnd) {
    silentBytes += bytes;
    if (silentBytes >= SILENT_BYTES) {
      report(nextOffset, visibleEnd);
    }
  }

  /** Tells the subscriber the next offset after batches that do not match. */
  void report(long nextOffset, long visibleEnd) {
    silentBytes = 0;
    if (nextOffset > reportedOffset) {
      reportedOffset = nextOffset;
      sink.deliver(List.of(), NO_LEASE, nextOffset, visibleEnd);
    }
  }

  /** The subscription has ended. */
  void ended(BrokerException cause) {
    try {
      sink.ended(cause);
    } catch (RuntimeException | Error e) {
      // The other subscriptions must end even if this sink fails.
      LOG.error("event=sink_failed_at_end cause={}", cause.code(), e);
    }
  }
}
