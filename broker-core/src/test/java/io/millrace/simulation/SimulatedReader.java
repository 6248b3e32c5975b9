package io.millrace.simulation;

import io.millrace.core.BrokerException;
import io.millrace.core.Subscription;
import io.millrace.core.SubscriptionSink;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** A subscriber that compares the deliveries with the appended batches. */
final class SimulatedReader implements SubscriptionSink {

  private final ExpectedLog expected;
  private final IsolationLevel isolation;
  private final LongSupplier durable;
  private final LongConsumer seenDurable;
  private final Consumer<AssertionError> broken;
  private long position;
  private boolean hasEnded;
  private Subscription subscription;

  /**
   * @param seenDurable receives the position of a durable reader
   * @param broken receives a broken invariant, because the subscription catches the exception
   */
  SimulatedReader(
      ExpectedLog expected,
      IsolationLevel isolation,
      LongSupplier durable,
      long from,
      LongConsumer seenDurable,
      Consumer<AssertionError> broken) {
    this.expected = expected;
    this.isolation = isolation;
    this.durable = durable;
    this.position = from;
    this.seenDurable = seenDurable;
    this.broken = broken;
  }

  void subscribed(Subscription subscription) {
    this.subscription = subscription;
    subscription.resume();
  }

  boolean hasEnded() {
    return hasEnded;
  }

  /** One past the last offset that was delivered. */
  long position() {
    return position;
  }

  @Override
  public boolean isOverQuota() {
    return false;
  }

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public void deliver(
      List<ByteBuffer> batches, AutoCloseable lease, long nextOffset, long visibleEnd) {
    try {
      see(batches, lease, nextOffset);
    } catch (AssertionError e) {
      broken.accept(e);
      throw e;
    }
  }

  private void see(List<ByteBuffer> batches, AutoCloseable lease, long nextOffset) {
    int bytes = 0;
    for (ByteBuffer run : batches) {
      bytes += run.remaining();
      for (int at = run.position(); at < run.limit(); at += BatchHeader.length(run, at)) {
        see(run, at);
      }
    }
    Invariant.READERS_SEE_THE_LOG.require(
        nextOffset == position,
        () -> "a delivery up to " + position + " says that it goes up to " + nextOffset);
    release(lease);
    if (bytes > 0) {
      subscription.addCredit(bytes);
    }
  }

  private void see(ByteBuffer run, int at) {
    long offset = BatchHeader.baseOffset(run, at);
    ExpectedLog.Batch batch = expected.at(position);
    Invariant.READERS_SEE_THE_LOG.require(
        batch != null
            && offset == position
            && ByteBuffer.wrap(batch.bytes())
                .equals(run.slice(at, Math.min(run.limit() - at, batch.bytes().length))),
        () -> isolation + " reader at " + position + " was given a batch of offset " + offset);
    position = batch.nextOffset();
    Invariant.READERS_SEE_THE_LOG.require(
        isolation == IsolationLevel.LATEST || position <= durable.getAsLong(),
        () -> "durable reader was given " + position + ", durable is " + durable.getAsLong());
    if (isolation == IsolationLevel.DURABLE) {
      seenDurable.accept(position);
    }
  }

  private static void release(AutoCloseable lease) {
    try {
      lease.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void ended(BrokerException cause) {
    hasEnded = true;
    if (cause.code() != ErrorCode.OFFSET_OUT_OF_RANGE && cause.code() != ErrorCode.SHUTTING_DOWN) {
      broken.accept(
          Invariant.READERS_SEE_THE_LOG.broken(
              isolation + " reader at " + position + " was ended: " + cause.getMessage()));
    }
  }
}
