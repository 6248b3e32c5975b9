package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.storage.LogSlice;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cursor, credit and filter of one subscriber. It delivers while it has credit, its sink is
 * writable and batches are visible. One run of {@link #pump} delivers a bounded amount, so that the
 * owner serves others in between.
 *
 * <pre>
 *            resume            credit, sink writable, batches
 *   waiting ----------> awake ------------------------------------> delivers, stays awake
 *      ^                  |  \
 *      |   nothing to do  |   \ bytes are on disk only
 *      +------------------+    +--> loading (reader pool) --> awake
 *                         \
 *                          +-- batches for the filter --> testing (reader pool) --> delivers
 *                                       | too few descriptors, or damage not located yet
 *                                       +--> delayed --> awake
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

  /** Bytes that the filter skips before the subscriber gets a delivery without batches. */
  static final int SILENT_BYTES = 4 * 1024 * 1024;

  /**
   * Bytes of heap of a subscription without its filter, with its reader, and with the objects of
   * the listener. Measured with a heap histogram.
   */
  static final int HEAP_BYTES = 640;

  static final long MAX_CREDIT = 1L << 30;

  /**
   * How often a read is repeated while the log looks for the damage that the read has met. Two of
   * them are {@link Subscriptions#RETRY_MS} apart.
   */
  static final int MAX_READS_OF_DAMAGE = 25;

  private static final Logger LOG = LoggerFactory.getLogger(PushSubscription.class);
  private static final AutoCloseable NO_LEASE = () -> {};

  private final Subscriptions home;
  private final SourceMatcher wanted;

  /** Null without a filter. */
  private final SubscriptionFilter filter;

  private final IsolationLevel isolation;
  private final SubscriptionSink sink;
  private final long heapBytes;

  /** Null while the subscription is suspended or delayed, and after its end. */
  private PartitionReader reader;

  /** The offset of the first event that was not read. */
  private long position;

  private long credit;
  private long reportedOffset;
  private long silentBytes;
  private boolean started;
  private boolean awake;

  /** Whether another thread loads a slice, tests one, or looks for the first batch to test. */
  private boolean loading;

  /** Whether another thread loads a slice. */
  private boolean readingFromDisk;

  private boolean suspended;

  /** Whether a read has failed and is to be repeated. */
  private boolean delayed;

  /** The reads at the position that have met damage which the log had not located. */
  private int readsOfDamage;

  private boolean ended;

  /** Who subscribes, and to what. */
  record Request(SubscriptionSpec spec, SourceMatcher wanted, SubscriptionSink sink) {

    /**
     * @throws BrokerException {@code INVALID_SOURCE}
     */
    static Request of(SubscriptionSpec spec, SubscriptionSink sink) {
      return new Request(spec, SourceMatcher.of(spec.sources()), sink);
    }

    /** Bytes of heap of the subscription. */
    long heapBytes() {
      return HEAP_BYTES
          + wanted.heapBytes()
          + spec.filter().map(SubscriptionFilter::heapBytes).orElse(0L);
    }
  }

  PushSubscription(Subscriptions home, PartitionReader reader, long startOffset, Request request) {
    this.home = home;
    this.reader = reader;
    this.wanted = request.wanted();
    this.filter =
        request
            .spec()
            .filter()
            .map(each -> new SubscriptionFilter(each, wanted, home.partition()))
            .orElse(null);
    this.heapBytes = request.heapBytes();
    this.isolation = request.spec().isolation();
    this.sink = request.sink();
    this.credit = Math.min(request.spec().creditBytes(), MAX_CREDIT);
    this.position = startOffset;
    this.reportedOffset = startOffset;
  }

  IsolationLevel isolation() {
    return isolation;
  }

  /** As {@link Request#heapBytes}. */
  long heapBytes() {
    return heapBytes;
  }

  @Override
  public FilterCounts filterCounts() {
    return filter == null ? FilterCounts.NONE : filter.counts();
  }

  @Override
  public void addCredit(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("credit of " + bytes + " bytes; expected at least 1");
    }
    home.onOwner(
        () -> {
          credit = Math.min(MAX_CREDIT, credit + Math.min(bytes, MAX_CREDIT));
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
                    position,
                    credit,
                    sink.isWritable(),
                    sink.isOverQuota(),
                    readingFromDisk || delayed,
                    silentBytes,
                    filterCounts())));
  }

  /** Batches, credit or room may have come: queues a run at the owner. */
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
    return started && !awake && !loading && !suspended && !delayed && !ended && credit > 0;
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
    try {
      sink.ended(cause);
    } catch (RuntimeException | Error e) {
      // The other subscriptions must end even if this sink fails.
      LOG.error("event=sink_failed_at_end cause={}", cause.code(), e);
    }
  }

  private void end() {
    if (!ended) {
      ended = true;
      home.remove(this);
      dropReader();
    }
  }

  private void dropReader() {
    if (reader != null && !loading) {
      reader.close(); // while another thread works, isStale() closes it
    }
    if (filter != null) {
      filter.cancel();
    }
    reader = null;
    loading = false;
    readingFromDisk = false;
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
      reader = reads.readerAfterReopening(position);
    } catch (RuntimeException | Error e) {
      fail(e);
      return;
    }
    wake();
  }

  private void pump() {
    awake = false;
    if (loading || suspended || delayed) {
      return; // the next run begins when the slice is loaded, the log is open, or the delay is over
    }
    try {
      int budget = PUMP_BYTES;
      while (!ended && !loading && !delayed && credit > 0 && sink.isWritable()) {
        if (budget <= 0) {
          wakeAfterOthers();
          return;
        }
        long visibleEnd = home.visibleEnd(isolation);
        if (filter != null && filter.isSearchDue(position, visibleEnd)) {
          search(visibleEnd);
          return;
        }
        LogSlice slice = reader.read((int) Math.min(credit, SLICE_BYTES), visibleEnd);
        if (slice == null) {
          report(position, visibleEnd);
          return;
        }
        if (slice.cold()) {
          load(slice);
          return;
        }
        budget -= slice.buffer().remaining();
        pass(slice, visibleEnd);
      }
    } catch (RuntimeException | Error e) {
      // The reader has already moved past a slice that was not delivered. The next delivery would
      // skip the slice.
      fail(e);
    }
  }

  private void load(LogSlice slice) {
    loading = true;
    readingFromDisk = true;
    PartitionReader loader = reader;
    home.whenLoaded(loader.load(slice), (loaded, failure) -> loaded(loader, loaded, failure));
  }

  /**
   * Another thread is done. If the subscription has ended or the log was closed meanwhile, closes
   * the reader of that time, which nobody else does.
   */
  private boolean isStale(PartitionReader before) {
    if (before != reader) {
      before.close();
      return true;
    }
    loading = false;
    readingFromDisk = false;
    return false;
  }

  private void loaded(PartitionReader loader, LogSlice slice, Throwable failure) {
    if (isStale(loader)) {
      if (slice != null) {
        slice.close();
      }
      return;
    }
    if (failure != null) {
      fail(StageFailure.cause(failure));
      return;
    }
    try {
      pass(slice, home.visibleEnd(isolation));
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    wake();
  }

  /** Delivers the batches of a slice that match; takes the lease. */
  private void pass(LogSlice slice, long visibleEnd) {
    if (filter != null) {
      passFilter(slice, visibleEnd);
      return;
    }
    readsOfDamage = 0;
    SourceMatcher.Selection selection = select(slice);
    if (selection.runs().isEmpty()) {
      skip(slice, visibleEnd);
      return;
    }
    deliver(selection, slice, slice.nextOffset(), visibleEnd);
  }

  private SourceMatcher.Selection select(LogSlice slice) {
    try {
      return wanted.select(slice.buffer());
    } catch (RuntimeException | Error e) {
      slice.close();
      throw e;
    }
  }

  /** Moves over a slice in which no batch matches; closes it. */
  private void skip(LogSlice slice, long visibleEnd) {
    int bytes = slice.buffer().remaining();
    position = slice.nextOffset();
    slice.close();
    silent(bytes, visibleEnd);
  }

  /** Nothing was delivered of bytes that were read, up to the position. */
  private void silent(int bytes, long visibleEnd) {
    silentBytes += bytes;
    if (silentBytes >= SILENT_BYTES) {
      report(position, visibleEnd);
    }
  }

  private void deliver(
      SourceMatcher.Selection selection, AutoCloseable lease, long nextOffset, long visibleEnd) {
    position = nextOffset;
    credit -= selection.bytes();
    silentBytes = 0;
    reportedOffset = Math.max(reportedOffset, nextOffset);
    home.delivered(selection.events(), selection.bytes());
    sink.deliver(selection.runs(), lease, nextOffset, visibleEnd);
  }

  /** Looks for the first batch to test; the times in the indexes of the log can exclude many. */
  private void search(long visibleEnd) {
    loading = true;
    PartitionReader before = reader;
    home.whenFirstOffset(
        filter.filter(), position, visibleEnd, (first, failure) -> found(before, first, failure));
  }

  private void found(PartitionReader before, Long first, Throwable failure) {
    if (isStale(before)) {
      return;
    }
    if (failure != null) {
      fail(StageFailure.cause(failure));
      return;
    }
    try {
      if (first > position) {
        reader = home.reader(first);
        before.close();
        position = first;
        report(position, home.visibleEnd(isolation));
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    wake();
  }

  /** Has the events of a slice tested, if a header does not exclude all of them. */
  private void passFilter(LogSlice slice, long visibleEnd) {
    if (!mayMatch(slice)) {
      readsOfDamage = 0;
      filter.skipped(slice.buffer().remaining());
      skip(slice, visibleEnd);
      return;
    }
    if (!home.hasRoomForFiltered()) {
      slice.close();
      readAgainLater();
      return;
    }
    loading = true;
    int bytes = slice.buffer().remaining();
    PartitionReader before = reader;
    filter.test(slice, position, home, result -> tested(before, bytes, result));
  }

  private boolean mayMatch(LogSlice slice) {
    try {
      return filter.mayMatch(slice.buffer());
    } catch (RuntimeException | Error e) {
      slice.close();
      throw e;
    }
  }

  private void tested(PartitionReader before, int bytes, FilteredSlice result) {
    if (isStale(before)) {
      result.close();
      return;
    }
    try {
      passTested(bytes, result);
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    wake();
  }

  /** Delivers what a filter has found; takes its lease. */
  private void passTested(int bytes, FilteredSlice result) {
    if (result.failure() == null || result.nextOffset() > position) {
      readsOfDamage = 0;
    }
    filter.tested(result.counts());
    long visibleEnd = home.visibleEnd(isolation);
    if (result.selection().runs().isEmpty()) {
      position = result.nextOffset();
      result.close();
      silent(bytes, visibleEnd);
    } else {
      deliver(result.selection(), result.lease(), result.nextOffset(), visibleEnd);
    }
    if (result.failure() != null) {
      failTest(result.failure());
    }
  }

  /** A damaged batch is reported to the log, which locates the damage: the next read meets it. */
  private void failTest(Throwable failure) {
    if (failure instanceof BrokerException e && isToBeRepeated(e.code())) {
      readAgainLater();
      return;
    }
    reportBeforeEnd();
    fail(failure);
  }

  /** Tells the subscriber the next offset after batches that do not match. */
  private void report(long nextOffset, long visibleEnd) {
    silentBytes = 0;
    if (nextOffset > reportedOffset) {
      reportedOffset = nextOffset;
      sink.deliver(List.of(), NO_LEASE, nextOffset, visibleEnd);
    }
  }

  private void readAgainLater() {
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
      if (reader == null) {
        reader = home.reader(position);
      }
    } catch (RuntimeException | Error e) {
      fail(e);
      return;
    }
    wake();
  }

  /**
   * Whether the same read may come to another result: the log could not open a file, or it has not
   * located the damage yet. When a subscription ends with damage, the subscriber can ask for its
   * range.
   */
  private boolean isToBeRepeated(ErrorCode failure) {
    return switch (failure) {
      case RESOURCES_EXHAUSTED -> true;
      case CORRUPT_LOG, LOG_TOO_NEW, LOG_TOO_OLD ->
          !home.isDamaged(position) && readsOfDamage++ < MAX_READS_OF_DAMAGE;
      default -> false;
    };
  }

  /** A subscriber with a filter has to know the offset at which the reading ends. */
  private void reportBeforeEnd() {
    if (ended) {
      return;
    }
    try {
      report(position, home.visibleEnd(isolation));
    } catch (RuntimeException | Error e) {
      LOG.error("event=sink_failed_at_end", e); // the subscription ends all the same
    }
  }

  private void fail(Throwable failure) {
    if (failure instanceof StorageException e && isToBeRepeated(e.code())) {
      readAgainLater();
      return;
    }
    if (failure instanceof StorageException e) {
      reportBeforeEnd();
      endNow(home.named(e));
      return;
    }
    if (failure instanceof BrokerException e) {
      endNow(e);
      return;
    }
    LOG.error("event=subscription_failed", failure);
    endNow(
        new BrokerException(
            ErrorCode.INTERNAL,
            "delivering failed in the broker; see its log (event=subscription_failed); subscribe again",
            failure));
  }
}
