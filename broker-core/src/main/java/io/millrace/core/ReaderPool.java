package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that may wait for a disk to read. Any thread. */
final class ReaderPool implements AutoCloseable {

  /** Most scans that run or wait at a time. */
  static final int MAX_SCANS = 256;

  private final ExecutorService pool;
  private final AtomicInteger scans = new AtomicInteger();

  /**
   * @param pool taken over
   */
  ReaderPool(ExecutorService pool) {
    this.pool = pool;
  }

  /** Runs one short read, such as the loading of a slice; callers have at most one each. */
  void execute(Runnable read) {
    pool.execute(read);
  }

  /** Runs a scan, step by step, in turn with everything else. */
  <T> CompletableFuture<T> run(Scan<T> scan) {
    if (scans.incrementAndGet() > MAX_SCANS) {
      scans.decrementAndGet();
      return CompletableFuture.failedFuture(
          new BrokerException(
              ErrorCode.TOO_MANY_IN_FLIGHT,
              "the broker is running "
                  + MAX_SCANS
                  + " scans for times or sources, the most allowed; try again later"));
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    result.whenComplete((value, failure) -> scans.decrementAndGet());
    executeStep(scan, result);
    return result;
  }

  private <T> void executeStep(Scan<T> scan, CompletableFuture<T> result) {
    try {
      pool.execute(() -> step(scan, result));
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(
          new BrokerException(ErrorCode.SHUTTING_DOWN, "the broker is shutting down", e));
    }
  }

  private <T> void step(Scan<T> scan, CompletableFuture<T> result) {
    try {
      T value = scan.step();
      if (value != null) {
        result.complete(value);
      } else {
        executeStep(scan, result);
      }
    } catch (StorageException e) {
      result.completeExceptionally(BrokerException.of(e));
    } catch (InternalError e) {
      // What the JVM makes of a mapped page that the disk cannot give.
      result.completeExceptionally(
          new BrokerException(
              ErrorCode.CORRUPT_LOG,
              "the disk cannot read bytes of the log; check the disk and the system's log, and look"
                  + " at the log with `millrace log verify`",
              e));
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
  }

  /** Ends the threads; a scan that is not done fails with {@code SHUTTING_DOWN}. Does not wait. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
