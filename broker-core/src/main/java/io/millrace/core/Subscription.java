package io.millrace.core;

/**
 * A reader that is pushed to: a cursor, a credit and a filter. Its methods may be called on any
 * thread; they are carried out on the partition's owner.
 */
public interface Subscription extends AutoCloseable {

  /** Allows this many bytes more. Credit is bounded: it never adds up to more than 1 GiB. */
  void addCredit(long bytes);

  /** The sink is writable again. */
  void resume();

  /** Ends the subscription. Repeated calls do nothing. */
  @Override
  void close();
}
