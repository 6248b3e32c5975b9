package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The threads that wait for reads from the disk. Any thread. */
final class ReaderPool implements Executor, AutoCloseable {

  /** Most short scans that run or wait at one time. */
  static final int MAX_SCANS = 256;

  private final ExecutorService pool;
  private final AtomicInteger scans = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * @param pool the thread pool, which {@link #close} shuts down
   */
  ReaderPool(ExecutorService pool) {
    this.pool = pool;
  }

  /** Runs one short read, such as the load of a slice. Each caller has at most one in progress. */
  @Override
  public void execute(Runnable read) {
    waiting.incrementAndGet();
    try {
      pool.execute(
          () -> {
            waiting.decrementAndGet();
            read.run();
          });
    } catch (RejectedExecutionException e) {
      waiting.decrementAndGet();
      throw e;
    }
  }

  /** Whether a task may continue with other work on its thread: no task waits for a thread. */
  boolean hasThreadToSpare() {
    return waiting.get() == 0 && !pool.isShutdown();
  }

  /**
   * Runs a scan of a few steps; {@link LongScans} runs the others. Each step is a task of its own,
   * so that others run between two steps.
   *
   * @return fails with {@link BrokerException}: {@code TOO_MANY_IN_FLIGHT} above {@link
   *     #MAX_SCANS}, {@code SHUTTING_DOWN} after {@link #close}, or the reason why the log cannot
   *     be read
   */
  <T> CompletableFuture<T> run(Scan<T> scan) {
    if (scans.incrementAndGet() > MAX_SCANS) {
      scans.decrementAndGet();
      return CompletableFuture.failedFuture(
          new BrokerException(
              ErrorCode.TOO_MANY_IN_FLIGHT,
              "the broker is running "
                  + MAX_SCANS
                  + " searches by time, the most allowed; try again later"));
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    result.whenComplete((value, failure) -> scans.decrementAndGet());
    executeStep(scan, result);
    return result;
  }

  private <T> void executeStep(Scan<T> scan, CompletableFuture<T> result) {
    submit(() -> step(scan, result), result::completeExceptionally);
  }

  /**
   * Runs one step of a scan.
   *
   * @param refused gets {@code SHUTTING_DOWN} instead, after {@link #close}
   */
  void submit(Runnable step, Consumer<BrokerException> refused) {
    try {
      execute(step);
    } catch (RejectedExecutionException e) {
      refused.accept(BrokerException.shuttingDown(e));
    }
  }

  private <T> void step(Scan<T> scan, CompletableFuture<T> result) {
    try {
      scan.step(this).whenComplete((value, failure) -> stepped(scan, value, failure, result));
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(explained(e));
    }
  }

  private <T> void stepped(Scan<T> scan, T value, Throwable failure, CompletableFuture<T> result) {
    if (failure != null) {
      result.completeExceptionally(explained(StageFailure.cause(failure)));
    } else if (value != null) {
      result.complete(value);
    } else {
      executeStep(scan, result);
    }
  }

  /** The failure of a scan, as its caller gets it. */
  static Throwable explained(Throwable failure) {
    if (failure instanceof StorageException refused) {
      return BrokerException.of(refused);
    }
    if (failure instanceof InternalError) {
      // The JVM throws this at a mapped page that the disk cannot read.
      return new BrokerException(
          ErrorCode.CORRUPT_LOG,
          "the disk cannot read bytes of the log; check the disk and the system's log, and look"
              + " at the log with `millrace log verify`",
          failure);
    }
    return failure;
  }

  /** Ends the threads; a scan that is not done fails with {@code SHUTTING_DOWN}. Does not wait. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
