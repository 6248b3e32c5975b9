package io.millrace.core;

import java.util.concurrent.TimeUnit;

/**
 * The newest refusal of a partition's log for lack of a resource, such as disk space or file
 * descriptors. It ends with the next success, and is forgotten if there is neither a success nor a
 * refusal for a minute: the client may have given up. One thread sets it; any thread reads.
 */
final class ResourceShortage {

  private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private record Refusal(BrokerException cause, long nanos) {}

  /** There is no refusal. An object, so that its class is loaded before there is a shortage. */
  private static final Refusal NONE = new Refusal(null, 0);

  private volatile Refusal newest = NONE;

  /**
   * A call was refused.
   *
   * @return whether this is the first refusal of a shortage
   */
  boolean refused(BrokerException cause) {
    boolean first = cause() == null;
    newest = new Refusal(cause, System.nanoTime());
    return first;
  }

  /** A call has succeeded. */
  void over() {
    if (newest != NONE) {
      newest = NONE;
    }
  }

  /** The newest refusal, or null. */
  BrokerException cause() {
    Refusal now = newest;
    boolean forgotten = now == NONE || System.nanoTime() - now.nanos() >= FORGOTTEN_NANOS;
    return forgotten ? null : now.cause();
  }
}
