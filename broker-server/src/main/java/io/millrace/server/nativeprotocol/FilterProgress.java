package io.millrace.server.nativeprotocol;

import io.millrace.core.FilterCounts;
import io.millrace.protocol.wire.FilterProgressPush;
import io.millrace.protocol.wire.Frames;
import java.util.concurrent.TimeUnit;

/**
 * Tells a client what the filter of its subscription has done: before a delivery, if the numbers
 * have changed, at most once a second until the client has all visible events. Owner thread of the
 * partition.
 */
final class FilterProgress {

  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int subscriptionId;
  private final int version;
  private final NativeConnection connection;
  private FilterCounts reported = FilterCounts.NONE;
  private long reportedNanos = System.nanoTime();

  /**
   * @param version the version of the SUBSCRIBE request
   */
  FilterProgress(int subscriptionId, int version, NativeConnection connection) {
    this.subscriptionId = subscriptionId;
    this.version = version;
    this.connection = connection;
  }

  /**
   * @param atOnce whether the next report may come late, or never
   */
  void report(FilterCounts now, boolean atOnce) {
    if (now.equals(reported)) {
      return;
    }
    long nanos = System.nanoTime();
    if (!atOnce && nanos - reportedNanos < INTERVAL_NANOS) {
      return;
    }
    reported = now;
    reportedNanos = nanos;
    connection
        .writer()
        .write(
            Frames.encodePush(
                connection.allocator(),
                version,
                new FilterProgressPush(
                    subscriptionId,
                    now.scanned(),
                    now.matched(),
                    now.typeMismatches(),
                    now.notJson(),
                    now.patternsSkipped(),
                    now.readBytes(),
                    now.skippedBytes())));
  }
}
