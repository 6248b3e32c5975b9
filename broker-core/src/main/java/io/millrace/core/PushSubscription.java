package io.millrace.core;

import io.millrace.protocol.IsolationLevel;
import io.millrace.storage.LogSlice;
import io.millrace.storage.StorageException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cursor of one subscriber. It delivers while it has credit, its sink is writable and batches
 * are visible. One run of {@link #pump} delivers a bounded amount, so that the owner serves others
 * in between.
 *
 * <pre>
 *            resume            credit, sink writable, batches
 *   waiting ----------> awake ------------------------------------> delivers, stays awake
 *      ^                  |  \
 *      |   nothing to do  |   \ bytes are on disk only
 *      +------------------+    +--> loading (reader pool) --> awake
 *                         |\
 *                         | +--- end of a range ---------> searching (reader pool) --> awake
 *                          \
 *                           +-- batches for the filter --> testing (reader pool) --> delivers
 *
 *   loading, searching, testing -- too few descriptors, or damage not located yet
 *       --> delayed --> awake
 *
 *   any -- close, or an error --> ended
 *   any -- log closed --> suspended -- log opened again --> awake, at the cursor
 * </pre>
 *
 * <p>The owner of the partition has all its state.
 */
final class PushSubscription implements Subscription {

  /** Bytes of one delivery, unless a single batch is larger. */
  static final int SLICE_BYTES = 256 * 1024;

  /** Bytes that one run reads before others are served. */
  static final int PUMP_BYTES = 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(PushSubscription.class);

  private final Subscriptions home;
  private final SubscriptionCursor cursor;
  private final SlicePass pass;
  private final ReadFailures failures;

  /** Null if every batch is wanted. */
  private final WantedRanges ranges;

  private final IsolationLevel isolation;
  private final SubscriberOutput output;
  private final long heapBytes;

  private boolean started;
  private boolean awake;
  private boolean suspended;

  /** Whether a read has failed and is to be repeated. */
  private boolean delayed;

  private boolean ended;

  PushSubscription(
      Subscriptions home, PartitionReader reader, long startOffset, SubscriptionRequest request) {
    SubscriptionSpec spec = request.spec();
    this.home = home;
    this.failures = new ReadFailures(home);
    this.ranges = request.ranges(home.partition(), startOffset);
    this.cursor = new SubscriptionCursor(this, home, ranges, reader, startOffset);
    this.pass =
        spec.filter().isEmpty()
            ? new SourcePass(this, cursor, request.wanted())
            : new SubscriptionFilter(this, cursor, home, ranges.wanted());
    this.heapBytes = request.heapBytes();
    this.isolation = spec.isolation();
    this.output = new SubscriberOutput(home, request.sink(), spec.creditBytes(), startOffset);
  }

  IsolationLevel isolation() {
    return isolation;
  }

  /** As {@link SubscriptionRequest#heapBytes}. */
  long heapBytes() {
    return heapBytes;
  }

  @Override
  public FilterCounts filterCounts() {
    return ranges == null
        ? FilterCounts.NONE
        : pass.counts().withBytes(ranges.readBytes(), ranges.skippedBytes());
  }

  @Override
  public void addCredit(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("credit of " + bytes + " bytes; expected at least 1");
    }
    home.onOwner(
        () -> {
          output.addCredit(bytes);
          wake();
        });
  }

  @Override
  public void resume() {
    home.onOwner(
        () -> {
          started = true;
          wakeAfterOthers();
        });
  }

  @Override
  public void close() {
    home.onOwner(this::end);
  }

  @Override
  public void status(Consumer<SubscriptionStatus> receiver) {
    home.onOwner(
        () ->
            receiver.accept(
                new SubscriptionStatus(
                    cursor.position(),
                    output.credit(),
                    output.sink().isWritable(),
                    output.sink().isOverQuota(),
                    cursor.isReadingFromDisk() || delayed,
                    output.silentBytes(),
                    filterCounts())));
  }

  /** Batches, credit or space may have come: queues a run at the owner. */
  void wake() {
    if (isAsleep()) {
      awake = true;
      home.later(this::pump);
    }
  }

  /** As {@link #wake()}, but after the tasks that others have for the owner. */
  private void wakeAfterOthers() {
    if (isAsleep()) {
      awake = true;
      home.afterOthers(this::pump);
    }
  }

  private boolean isAsleep() {
    return started
        && !awake
        && !cursor.isBusy()
        && !suspended
        && !delayed
        && !ended
        && output.credit() > 0;
  }

  @Override
  public void end(BrokerException cause) {
    home.onOwner(() -> endNow(cause));
  }

  private void endNow(BrokerException cause) {
    if (ended) {
      return;
    }
    end();
    output.ended(cause);
  }

  private void end() {
    if (!ended) {
      ended = true;
      home.remove(this);
      dropReader();
    }
  }

  private void dropReader() {
    pass.cancel();
    cursor.close();
  }

  /** The log is closed: delivers nothing until {@link #continueOn}. */
  void suspend() {
    suspended = true;
    awake = false; // the owner may have refused the run
    dropReader();
  }

  /**
   * The log is open, perhaps again: continues at the cursor. A subscription with isolation {@code
   * latest} may have read events that were never durable. If the log was opened again and ends
   * before the cursor, these events are lost, and the subscription ends with {@code
   * OFFSET_OUT_OF_RANGE}: to continue at the end of the log would hide the loss.
   */
  void continueOn(PartitionReads reads) {
    suspended = false;
    try {
      cursor.reopen(reads.readerAfterReopening(cursor.position()));
    } catch (RuntimeException | Error e) {
      fail(e);
      return;
    }
    wake();
  }

  private void pump() {
    awake = false;
    if (cursor.isBusy() || suspended || delayed) {
      return; // the next run begins when the slice is loaded, the log is open, or the delay is over
    }
    try {
      int budget = PUMP_BYTES;
      while (!ended && !cursor.isBusy() && !delayed && output.takesMore()) {
        if (budget <= 0) {
          wakeAfterOthers();
          return;
        }
        int maxBytes = (int) Math.min(output.credit(), SLICE_BYTES);
        int bytes = cursor.readNext(maxBytes, visibleEnd());
        if (bytes < 0) {
          return;
        }
        budget -= bytes;
      }
    } catch (RuntimeException | Error e) {
      // The reader has already moved past a slice that was not delivered. The next delivery would
      // skip the slice.
      fail(e);
    }
  }

  // What the cursor and the pass of slices use.

  /** Delivers what is wanted of a slice, now or later; takes the lease. */
  void pass(LogSlice slice, long visibleEnd) {
    pass.pass(slice, visibleEnd);
  }

  long visibleEnd() {
    return home.visibleEnd(isolation);
  }

  /** Tells the subscriber the position. */
  void reportPosition(long visibleEnd) {
    output.report(cursor.position(), visibleEnd);
  }

  /** Moves over a slice whose headers exclude all events; closes it. */
  void exclude(LogSlice slice) {
    int bytes = slice.buffer().remaining();
    cursor.wasRead(bytes, true);
    long nextOffset = slice.nextOffset();
    slice.close();
    passOver(bytes, nextOffset, true);
  }

  /**
   * Moves over bytes of which nothing is delivered.
   *
   * @param whole whether what was read there is not damaged
   */
  void passOver(long bytes, long nextOffset, boolean whole) {
    if (whole) {
      failures.forget();
    }
    cursor.moveTo(nextOffset);
    output.silent(bytes, nextOffset, visibleEnd());
  }

  /**
   * Delivers batches, and moves over them.
   *
   * @param lease the sink takes ownership
   */
  void deliver(
      SourceMatcher.Selection selection, AutoCloseable lease, long nextOffset, long visibleEnd) {
    failures.forget();
    cursor.moveTo(nextOffset);
    output.deliver(selection, lease, nextOffset, visibleEnd);
  }

  // Failures.

  /** A damaged batch is reported to the log, which locates the damage: the next read meets it. */
  void failTest(Throwable failure) {
    if (failure instanceof BrokerException e
        && failures.isToBeRepeated(e.code(), cursor.position())) {
      readAgainLater();
      return;
    }
    reportBeforeEnd();
    fail(failure);
  }

  /** Reads at the position again after a delay. */
  void readAgainLater() {
    dropReader();
    delayed = true;
    home.afterRetryDelay(this::readAgain);
  }

  private void readAgain() {
    delayed = false;
    if (ended || suspended) {
      return;
    }
    try {
      if (!cursor.isOpen()) {
        cursor.open(home.reader(cursor.position()));
      }
    } catch (RuntimeException | Error e) {
      fail(e);
      return;
    }
    wake();
  }

  /** A subscriber with a filter has to know the offset at which the reading ends. */
  private void reportBeforeEnd() {
    if (ended) {
      return;
    }
    try {
      reportPosition(visibleEnd());
    } catch (RuntimeException | Error e) {
      LOG.error("event=sink_failed_at_end", e); // the subscription ends all the same
    }
  }

  void fail(Throwable failure) {
    if (failure instanceof StorageException e
        && failures.isToBeRepeated(e.code(), cursor.position())) {
      readAgainLater();
      return;
    }
    if (failure instanceof StorageException) {
      reportBeforeEnd();
    }
    endNow(failures.explained(failure));
  }
}
