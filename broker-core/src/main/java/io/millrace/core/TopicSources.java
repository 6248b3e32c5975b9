package io.millrace.core;

import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The maintained summary of the sources of one topic. A question reads the durable events after the
 * position of the summary, and gets a copy. One such catch-up runs at a time. Questions that come
 * meanwhile wait for the next one, because an event that was durable before a question counts in
 * its answer. Any thread.
 *
 * <p>As long as the last question is less than {@link #ACTIVE} ago, the summary catches up by
 * itself. Then it leaves the memory, and the next question reads it from its state.
 */
final class TopicSources {

  /** Most sources of a topic; the memory may allow fewer. */
  static final int MAX_SOURCES = 100_000;

  /** Most questions that wait for the same catch-up. */
  static final int MAX_WAITING = 256;

  static final Duration ACTIVE = Duration.ofMinutes(10);

  /** Between the end of a catch-up and the next one without a question. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  /** Least time between two saves. */
  static final Duration SAVE_INTERVAL = Duration.ofSeconds(10);

  /** A catch-up without a question waits at least this many times as long as the last one took. */
  private static final int PAUSE_FACTOR = 4;

  /** A save waits at least this many times as long as the last one took. */
  private static final int SAVE_FACTOR = 20;

  private static final Logger LOG = LoggerFactory.getLogger(TopicSources.class);

  private final SourceSummaries.Parts parts;
  private final SavedSources saved;
  private final UUID topicId;
  private final Supplier<List<Partition>> partitions;

  /** Questions that no catch-up serves yet. Guarded by this. */
  private List<CompletableFuture<SourceList>> waiting = new ArrayList<>();

  /** Whether a catch-up or {@link #leaveMemory} has the summary. Guarded by this. */
  private boolean running;

  private boolean pauseBegun; // guarded by this
  private boolean forgotten; // guarded by this
  private long lastAskedMicros; // guarded by this

  /** The summary, or null if it is not in memory. Belongs to whoever has set {@link #running}. */
  private SourceList list;

  /** The positions that are on disk; null if nothing is. The same owner as {@link #list}. */
  private volatile List<Long> savedPositions;

  private volatile boolean saving;
  private volatile long nextSaveMicros = Long.MIN_VALUE;

  TopicSources(
      SourceSummaries.Parts parts,
      SavedSources saved,
      UUID topicId,
      Supplier<List<Partition>> partitions) {
    this.parts = parts;
    this.saved = saved;
    this.topicId = topicId;
    this.partitions = partitions;
  }

  /** As {@link SourceLists#summarize}. */
  CompletableFuture<SourceList> ask() {
    CompletableFuture<SourceList> question = new CompletableFuture<>();
    synchronized (this) {
      waiting.removeIf(CompletableFuture::isDone); // cancelled
      if (waiting.size() >= MAX_WAITING) {
        return CompletableFuture.failedFuture(
            new BrokerException(
                ErrorCode.TOO_MANY_IN_FLIGHT,
                MAX_WAITING + " questions for the sources of the topic wait; try again later"));
      }
      waiting.add(question);
      lastAskedMicros = nowMicros();
      if (running) {
        return question;
      }
      running = true;
    }
    catchUp(false);
    return question;
  }

  private long nowMicros() {
    return EpochMicros.of(parts.clock().instant());
  }

  private void catchUp(boolean unasked) {
    CatchUp run = new CatchUp(unasked);
    parts.scans().run(run, () -> {}).whenComplete((done, failure) -> ended(run, failure));
  }

  private void ended(CatchUp run, Throwable failure) {
    List<CompletableFuture<SourceList>> unanswered = run.serving == null ? take() : run.serving;
    if (failure != null) {
      unanswered.forEach(question -> question.completeExceptionally(failure));
    }
    giveBack(run.durationNanos());
  }

  private synchronized List<CompletableFuture<SourceList>> take() {
    List<CompletableFuture<SourceList>> taken = waiting;
    waiting = new ArrayList<>();
    return taken;
  }

  /** Gives the summary to the next catch-up, now or after a pause. */
  private void giveBack(long tookNanos) {
    synchronized (this) {
      if (forgotten) {
        dropList();
      }
      if (waiting.isEmpty()) {
        running = false;
        beginPause(tookNanos);
        return;
      }
    }
    catchUp(false);
  }

  /** Guarded by this. */
  private void beginPause(long tookNanos) {
    if (pauseBegun || list == null) {
      return;
    }
    pauseBegun = true;
    long nanos = Math.max(PAUSE.toNanos(), PAUSE_FACTOR * tookNanos);
    parts.delay().run(Duration.ofNanos(nanos), this::afterPause);
  }

  private void afterPause() {
    boolean active;
    synchronized (this) {
      pauseBegun = false;
      if (running) {
        return; // the pause begins again at the end
      }
      running = true;
      active = nowMicros() - lastAskedMicros < ACTIVE.toNanos() / 1000;
    }
    if (active) {
      catchUp(true);
    } else {
      leaveMemory();
    }
  }

  /** Blocks for the disk. */
  private void leaveMemory() {
    if (list != null) {
      beginSave(Runnable::run);
    }
    dropList();
    giveBack(0);
  }

  /**
   * Saves the summary, if it has changed. If there is no memory now, a later call does it.
   *
   * @param blocking runs the save
   */
  private void beginSave(Executor blocking) {
    List<Long> positions = list.positions();
    long bytes = list.reservedBytes();
    if (saving || positions.equals(savedPositions) || !parts.answers().tryReserve(bytes)) {
      return;
    }
    saving = true;
    try {
      byte[] state = SourceListCodec.encode(topicId, list);
      blocking.execute(() -> save(state, bytes, positions));
    } catch (RejectedExecutionException e) {
      // The broker is closed: after the next start, the same events are read again.
      saving = false;
      parts.answers().release(bytes);
    }
  }

  private void save(byte[] state, long reservedBytes, List<Long> positions) {
    long beganNanos = System.nanoTime();
    try {
      if (saved.save(state)) {
        savedPositions = positions;
      }
    } finally {
      long tookMicros = (System.nanoTime() - beganNanos) / 1000;
      nextSaveMicros =
          nowMicros() + Math.max(SAVE_INTERVAL.toNanos() / 1000, SAVE_FACTOR * tookMicros);
      parts.answers().release(reservedBytes);
      saving = false;
    }
  }

  private void dropList() {
    if (list != null) {
      list.close();
      list = null;
    }
    savedPositions = null;
  }

  /**
   * Deletes the summary of a topic whose partitions are closed. Blocks.
   *
   * @throws StorageException the refusal of the storage
   */
  void forget() {
    synchronized (this) {
      forgotten = true;
      if (!running) {
        dropList();
      }
    }
    saved.delete();
  }

  /** Waits for a save that is in progress; from now on nothing is saved. */
  void close() {
    saved.close();
  }

  /** Reads the events after the position of the summary, and answers questions. */
  private final class CatchUp implements Scan<Boolean> {

    /** Whether it runs without a question. */
    private final boolean unasked;

    /** The questions that it answers; null before the first step. */
    private List<CompletableFuture<SourceList>> serving;

    private Iterator<Partition> left;

    /** The scan of a partition; null between two partitions. */
    private Scan<SourceList> current;

    private long beganNanos;

    CatchUp(boolean unasked) {
      this.unasked = unasked;
    }

    long durationNanos() {
      return serving == null ? 0 : System.nanoTime() - beganNanos;
    }

    @Override
    public CompletionStage<Boolean> step(Executor pool) {
      if (serving == null) {
        begin();
      }
      if (!unasked && serving.stream().allMatch(CompletableFuture::isDone)) {
        return CompletableFuture.completedStage(true); // all were cancelled; what is read counts
      }
      if (current == null) {
        current = next();
      }
      if (current == null) {
        answer();
        if (nowMicros() >= nextSaveMicros) {
          beginSave(parts.blocking());
        }
        return CompletableFuture.completedStage(true);
      }
      return current.step(pool).thenApply(this::stepped);
    }

    private Boolean stepped(SourceList whole) {
      if (whole != null) {
        current = null;
      }
      return null;
    }

    private void begin() {
      beganNanos = System.nanoTime();
      serving = take();
      List<Partition> all = partitions.get();
      if (list == null) {
        load();
      }
      if (all.stream().anyMatch(this::isOfAnotherLog)) {
        LOG.warn(
            "event=source_summary_lost topic={} action=scan reason=\"a log is shorter than its"
                + " summary\"",
            topicId);
        replace();
      }
      list.retryUnreadable();
      left = all.iterator();
    }

    private boolean isOfAnotherLog(Partition partition) {
      return progressOf(partition) == Partition.Progress.BEYOND_END;
    }

    private Partition.Progress progressOf(Partition partition) {
      return partition.progress(list.position(partition.id().partition()));
    }

    private void load() {
      replace();
      Optional<byte[]> bytes = saved.load();
      if (bytes.isEmpty()) {
        return;
      }
      try {
        SourceListCodec.decode(topicId, bytes.get(), list);
        savedPositions = list.positions();
      } catch (StorageException e) {
        saved.lost(e);
        replace();
      } catch (BrokerException e) {
        dropList(); // no memory now: the next question loads it
        throw e;
      }
    }

    /** Begins with an empty summary. */
    private void replace() {
      dropList();
      MemoryShare share = parts.summaries();
      SourceList.Limit limit = new SourceList.Limit(parts.maxSources(), share.limit() / 2);
      list = new SourceList(share, parts.clock(), limit);
    }

    /** The scan of the next partition with events after the position; null if there is none. */
    private Scan<SourceList> next() {
      while (left.hasNext()) {
        Partition partition = left.next();
        if (progressOf(partition) != Partition.Progress.AT_END) {
          return partition.sourceScan(IsolationLevel.DURABLE, list);
        }
        int index = partition.id().partition();
        list.reached(index, list.position(index));
      }
      return null;
    }

    private void answer() {
      for (CompletableFuture<SourceList> question : serving) {
        if (!question.isDone()) {
          answer(question);
        }
      }
    }

    private void answer(CompletableFuture<SourceList> question) {
      SourceList copy;
      try {
        copy = list.copy(parts.answers());
      } catch (BrokerException e) {
        question.completeExceptionally(e);
        return;
      }
      if (!question.complete(copy)) {
        copy.close();
      }
    }
  }
}
