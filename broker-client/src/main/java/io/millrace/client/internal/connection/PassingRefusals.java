package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.TimeSpan;
import java.time.Duration;

/** The refusals of a request that is sent again after each of them. Belongs to one thread. */
public final class PassingRefusals {

  private MillraceException last;
  private int count;

  /** The broker has refused the request. */
  public void add(MillraceException refusal) {
    last = refusal;
    count++;
  }

  /** Whether the broker has refused the request at least once. */
  public boolean any() {
    return count > 0;
  }

  /**
   * The failure of the request: the last refusal. At least one was added.
   *
   * @param within for how long the request was sent again
   */
  public MillraceException failure(Duration within) {
    return new MillraceException(
        last.code(),
        last.getMessage()
            + " ("
            + count
            + (count == 1 ? " refusal" : " refusals")
            + " within "
            + TimeSpan.format(within)
            + ")",
        last);
  }
}
