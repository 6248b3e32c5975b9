package io.millrace.core;

import java.util.function.Consumer;

/**
 * A reader to which the broker pushes batches: a cursor, a credit and a filter. Any thread may call
 * its methods; the partition's owner carries them out.
 */
public interface Subscription extends AutoCloseable {

  /** Adds credit for the delivery of this many bytes. The sum is cut to 1 GiB. */
  void addCredit(long bytes);

  /** Continues the delivery: the sink is writable again. The first call starts it. */
  void resume();

  /**
   * Tells where the subscription is.
   *
   * @param receiver called once on the owner's thread, or never if that thread has ended
   */
  void status(Consumer<SubscriptionStatus> receiver);

  /** Ends the subscription, and tells its sink why. Does nothing if it has ended. */
  void end(BrokerException cause);

  /** What the filter has done; {@link FilterCounts#NONE} without a filter. */
  FilterCounts filterCounts();

  /** Ends the subscription. Repeated calls do nothing. */
  @Override
  void close();
}
