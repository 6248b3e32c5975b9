package io.millrace.server.tls;

import java.time.Duration;
import java.time.Instant;

/** When the log warns of the end of a certificate: once a day in the last 14 days. One thread. */
final class ExpiryWarning {

  private static final Duration LEAD = Duration.ofDays(14);
  private static final Duration INTERVAL = Duration.ofDays(1);

  private Instant last;

  /** Whether it is time to warn. Then the next time is in a day. */
  boolean isDue(Instant now, Instant expiry) {
    boolean isNear = !now.isBefore(expiry.minus(LEAD));
    boolean isTime = last == null || !now.isBefore(last.plus(INTERVAL));
    if (isNear && isTime) {
      last = now;
      return true;
    }
    return false;
  }
}
