package io.millrace.core;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The turns of the filters of all subscriptions on the reader threads. They take at most all
 * threads of the pool but one at the same time, so that short reads do not wait for them. A turn
 * ends after {@value #TURN_MS} ms, with the event or the small batch in which they end.
 *
 * <p>Each subscription has an account of its CPU time, with a share of {@value #SHARE_PERCENT} % of
 * a thread. After a turn that cost t ms of CPU time, its next turn is due 4t ms later. The turn
 * that is due first comes first; a thread that is free does not wait until it is due. So a
 * subscription within its share goes before one above it, and one alone gets all the time. What
 * many turns add up to puts it back by at most {@value #MAX_AHEAD_MS} ms, so that nobody waits much
 * longer. Only what its last turn has cost counts in full. Any thread.
 */
final class FilterTurns {

  /** How long a turn lasts before the next event belongs to the next turn. */
  static final int TURN_MS = 10;

  /** The share of a thread that a subscription has while others wait. */
  static final int SHARE_PERCENT = 20;

  /** How far a subscription that had more than its share in many turns may be put back. */
  static final int MAX_AHEAD_MS = 1000;

  /** How long a result waits for those of the evaluations after it. */
  private static final long HANDOVER_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /** With more memory, the scratch of an evaluation is not kept for the next one. */
  private static final long MAX_IDLE_BYTES = 4 << 20;

  private static final Comparator<Waiting> FIRST_DUE =
      (a, b) ->
          a.dueNanos == b.dueNanos
              ? Long.compare(a.number, b.number)
              : Long.signum(a.dueNanos - b.dueNanos);

  private final ReaderPool pool;
  private final int maxTurns;
  private final int maxRecordsBytes;
  private final MemoryShare memory;
  private final Clocks clocks;

  private final LongAdder scanned = new LongAdder();
  private final LongAdder matched = new LongAdder();
  private final LongAdder typeMismatches = new LongAdder();
  private final LongAdder notJson = new LongAdder();
  private final LongAdder patternsSkipped = new LongAdder();
  private final LongAdder readBytes = new LongAdder();
  private final LongAdder skippedBytes = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  // Guarded by this.
  private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(FIRST_DUE);
  private final Deque<FilterScratch> idle = new ArrayDeque<>();
  private long number;

  /** Threads of the pool that run turns, or will. */
  private int running;

  /**
   * Two clocks, in nanoseconds.
   *
   * @param time as {@link System#nanoTime}: when a turn ends, and when the next one is due
   * @param cpu the CPU time of the calling thread: what a turn has cost
   */
  record Clocks(LongSupplier time, LongSupplier cpu) {

    static Clocks ofJvm() {
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      return new Clocks(
          System::nanoTime,
          threads.isCurrentThreadCpuTimeSupported()
              ? threads::getCurrentThreadCpuTime
              : System::nanoTime);
    }
  }

  /** The CPU time of one subscription. */
  static final class Account {

    /** When the next turn is due. Guarded by the turns. */
    private long dueNanos;

    private boolean used;

    /** Whether its last turn took longer than a result may wait. */
    private volatile boolean isExpensive;
  }

  private record Waiting(
      FilterEvaluation evaluation,
      Account account,
      Consumer<FilteredSlice> then,
      long dueNanos,
      long number) {}

  /**
   * @param maxTurns number of turns at the same time
   * @param maxRecordsBytes most bytes of a batch's records, uncompressed
   * @param memory for batches that are not sent yet
   */
  FilterTurns(
      ReaderPool pool, int maxTurns, int maxRecordsBytes, MemoryShare memory, Clocks clocks) {
    this.pool = pool;
    this.maxTurns = maxTurns;
    this.maxRecordsBytes = maxRecordsBytes;
    this.memory = memory;
    this.clocks = clocks;
  }

  /** For batches that are not sent yet. */
  MemoryShare memory() {
    return memory;
  }

  /**
   * Whether there is no memory for a result now, so that an evaluation would be in vain. The
   * evaluation itself reserves the memory.
   */
  boolean isMemoryFull() {
    return !memory.hasRoom(1);
  }

  /** What all filters have done since the broker was opened. */
  FilterActivity activity() {
    return new FilterActivity(
        new FilterCounts(
            scanned.sum(),
            matched.sum(),
            typeMismatches.sum(),
            notJson.sum(),
            patternsSkipped.sum(),
            readBytes.sum(),
            skippedBytes.sum()),
        nanos.sum());
  }

  /** Counts bytes of the log that were read for a filter, or passed over without reading them. */
  void countBytes(long read, long skipped) {
    readBytes.add(read);
    skippedBytes.add(skipped);
  }

  /**
   * Runs an evaluation, in one turn or more.
   *
   * @param then gets the result, and takes its lease. It runs on a reader thread. If the pool is
   *     closed, it runs on the calling thread, or on the reader thread of another evaluation, and
   *     the result has the failure {@code SHUTTING_DOWN}
   */
  void evaluate(FilterEvaluation evaluation, Account account, Consumer<FilteredSlice> then) {
    add(evaluation, account, then);
    runTurns();
  }

  private synchronized void add(
      FilterEvaluation evaluation, Account account, Consumer<FilteredSlice> then) {
    long now = clocks.time.getAsLong();
    long due = account.used && account.dueNanos - now > 0 ? account.dueNanos : now;
    waiting.add(new Waiting(evaluation, account, then, due, number++));
  }

  /** Has as many threads run turns as may now. */
  private void runTurns() {
    for (Waiting next = next(); next != null; next = next()) {
      Waiting turn = next;
      pool.submit(() -> run(turn), refusal -> refuse(turn, refusal));
    }
  }

  private synchronized Waiting next() {
    if (running >= maxTurns || waiting.isEmpty()) {
      return null;
    }
    running++;
    return waiting.poll();
  }

  /**
   * Runs a turn, and then others on the same thread: to wake another thread for each costs more
   * than a short turn. Ends when another task waits for a thread of the pool. The results of short
   * evaluations are handed over together, so that they wake an owner once.
   */
  private void run(Waiting first) {
    Deque<Waiting> finished = new ArrayDeque<>();
    long lastHandover = clocks.time.getAsLong();
    Waiting turn = first;
    try {
      while (turn != null) {
        test(turn, finished);
        turn = nextHere();
        long now = clocks.time.getAsLong();
        if (turn == null || turn.account.isExpensive || now - lastHandover >= HANDOVER_NANOS) {
          handOver(finished);
          lastHandover = now;
        }
      }
    } finally {
      if (turn != null) { // an error has ended the turns of this thread
        over();
        handOver(finished);
      }
      if (!finished.isEmpty()) { // the receiver of one of them has failed
        pool.submit(() -> handOver(finished), refusal -> handOver(finished));
      }
      runTurns();
    }
  }

  private void test(Waiting turn, Deque<Waiting> finished) {
    long cpuBefore = clocks.cpu.getAsLong();
    FilterScratch scratch = takeScratch();
    long until = clocks.time.getAsLong() + TimeUnit.MILLISECONDS.toNanos(TURN_MS);
    boolean done;
    try {
      done = turn.evaluation.turn(scratch, clocks.time, until);
    } finally {
      charge(turn.account, scratch, clocks.cpu.getAsLong() - cpuBefore);
    }
    if (done) {
      finished.add(turn);
    } else {
      add(turn.evaluation, turn.account, turn.then);
    }
  }

  private void handOver(Deque<Waiting> finished) {
    for (Waiting turn = finished.poll(); turn != null; turn = finished.poll()) {
      finish(turn);
    }
  }

  /** The next turn of this thread; null: the turns of this thread are over. */
  private synchronized Waiting nextHere() {
    if (waiting.isEmpty() || !pool.hasThreadToSpare()) {
      running--;
      return null;
    }
    return waiting.poll();
  }

  private synchronized void over() {
    running--;
  }

  private void refuse(Waiting turn, BrokerException refusal) {
    over();
    turn.evaluation.fail(refusal);
    finish(turn);
  }

  private void finish(Waiting turn) {
    FilteredSlice result = turn.evaluation.result();
    count(result.counts());
    turn.then.accept(result);
  }

  private void count(FilterCounts more) {
    scanned.add(more.scanned());
    matched.add(more.matched());
    typeMismatches.add(more.typeMismatches());
    notJson.add(more.notJson());
    patternsSkipped.add(more.patternsSkipped());
  }

  private synchronized FilterScratch takeScratch() {
    FilterScratch scratch = idle.poll();
    return scratch == null ? new FilterScratch(maxRecordsBytes) : scratch;
  }

  private synchronized void charge(Account account, FilterScratch scratch, long cost) {
    if (scratch.memoryBytes() <= MAX_IDLE_BYTES) {
      idle.push(scratch);
    }
    nanos.add(cost);
    long now = clocks.time.getAsLong();
    long from = account.used && account.dueNanos - now > 0 ? account.dueNanos : now;
    long debt = cost * (100 / SHARE_PERCENT) - cost;
    long due = from + debt;
    long latest = now + Math.max(debt, TimeUnit.MILLISECONDS.toNanos(MAX_AHEAD_MS));
    account.dueNanos = due - latest > 0 ? latest : due;
    account.used = true;
    account.isExpensive = cost > HANDOVER_NANOS;
  }
}
