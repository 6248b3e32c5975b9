package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The pauses between the attempts to connect. After refused credentials they are longer, because
 * those rarely become valid soon, and so that the broker does not see guessing. Event loop only.
 */
final class ReconnectPauses {

  private static final int FIRST_LOGIN_PAUSE = 20;
  private static final int LONGEST_LOGIN_PAUSE = 15;

  private final BackoffRange range;
  private final Backoff pauses;
  private final Backoff loginPauses;

  ReconnectPauses(BackoffRange range, RandomGenerator random) {
    this.range = range;
    this.pauses = range.start(random);
    this.loginPauses = afterRefusedLogin(range).start(random);
  }

  /** With the defaults, 1 s to 30 s. */
  private static BackoffRange afterRefusedLogin(BackoffRange range) {
    Duration first = range.initial().multipliedBy(FIRST_LOGIN_PAUSE);
    Duration longest = range.max().multipliedBy(LONGEST_LOGIN_PAUSE);
    return new BackoffRange(first, longest.compareTo(first) < 0 ? first : longest);
  }

  /** The pause in milliseconds after an attempt has failed. */
  long afterFailure(MillraceException cause) {
    return ClientFailures.isOfAuthentication(cause.code()) ? loginPauses.nextMs() : pauses.nextMs();
  }

  /** The pause in milliseconds after a connection has lived for a time. */
  long afterLoss(long livedMs) {
    loginPauses.reset();
    if (livedMs > range.max().toMillis()) {
      pauses.reset();
    }
    return pauses.nextMs();
  }
}
