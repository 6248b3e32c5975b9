package io.millrace.core;

import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;

/**
 * A cursor over a partition's log. All reads of the broker use it. Opening and reading never wait
 * for a device; bytes that may have to come from one are loaded on another thread. Used by one
 * thread at a time, and by none while a slice is loaded.
 *
 * <p>A slice is a lease, which its receiver closes.
 */
final class PartitionReader implements AutoCloseable {

  private final LogReader reader;
  private final Executor blocking;

  /**
   * @param reader the reader, which is closed with this object
   * @param blocking where loading may wait for a device
   */
  PartitionReader(LogReader reader, Executor blocking) {
    this.reader = reader;
    this.blocking = blocking;
  }

  /**
   * Reads one slice that begins with the batch which contains an offset.
   *
   * @param limit end of the visible offsets
   * @param blocking where loading may wait for a device
   * @return completes at once if the bytes are in memory; with null if no whole batch lies below
   *     the limit. Fails with {@link StorageException}, or {@link BrokerException} {@code
   *     SHUTTING_DOWN}
   */
  static CompletionStage<LogSlice> readOnce(
      PartitionLog log, long offset, int maxBytes, long limit, Executor blocking) {
    PartitionReader reader;
    try {
      reader = new PartitionReader(log.reader(offset), blocking);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
    return reader.nextOrFailure(maxBytes, limit).whenComplete((slice, failure) -> reader.close());
  }

  /**
   * Works on a slice that is being read: on the calling thread if the read is complete, else on a
   * thread of the pool, so that no thread of the engine does the work.
   *
   * @param then the work. It gets the slice, and closes it; or null if there is no slice; or the
   *     failure
   */
  static <T> CompletionStage<T> afterRead(
      CompletionStage<LogSlice> read, BiFunction<LogSlice, Throwable, T> then, Executor pool) {
    if (read.toCompletableFuture().isDone()) {
      return read.handle(then);
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    read.whenComplete(
        (slice, failure) -> {
          try {
            pool.execute(() -> complete(result, slice, failure, then));
          } catch (RejectedExecutionException e) {
            if (slice != null) {
              slice.close();
            }
            complete(result, null, BrokerException.shuttingDown(e), then);
          }
        });
    return result;
  }

  private static <T> void complete(
      CompletableFuture<T> result,
      LogSlice slice,
      Throwable failure,
      BiFunction<LogSlice, Throwable, T> then) {
    try {
      result.complete(then.apply(slice, failure));
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
  }

  /** As {@link LogReader#position}. */
  long position() {
    return reader.position();
  }

  /** As {@link LogReader#read}: a slice, which may be cold, or null. */
  LogSlice read(int maxBytes, long limit) {
    return reader.read(maxBytes, limit);
  }

  /**
   * Loads a cold slice.
   *
   * @return completes with the same slice, on another thread or at once; fails as {@link
   *     #readOnce}, and then the slice is closed
   */
  CompletionStage<LogSlice> load(LogSlice cold) {
    CompletionStage<Void> loading;
    try {
      loading = cold.load(blocking);
    } catch (RejectedExecutionException e) {
      loading = CompletableFuture.failedStage(BrokerException.shuttingDown(e));
    } catch (RuntimeException | Error e) {
      loading = CompletableFuture.failedStage(e);
    }
    return loading.handle(
        (done, failure) -> {
          if (failure == null) {
            return cold;
          }
          cold.close();
          throw StageFailure.unchecked(failure);
        });
  }

  /**
   * Reads the next slice, and loads it if it is cold.
   *
   * @return completes at once if the bytes are in memory; with null if no whole batch lies below
   *     the limit. Fails in the same way as {@link #readOnce}
   */
  CompletionStage<LogSlice> next(int maxBytes, long limit) {
    LogSlice slice = reader.read(maxBytes, limit);
    if (slice == null || !slice.cold()) {
      return CompletableFuture.completedStage(slice);
    }
    return load(slice).thenApply(PartitionReader::nullIfEmpty);
  }

  /** Same as {@link #next}, but it never throws: every failure completes the stage. */
  CompletionStage<LogSlice> nextOrFailure(int maxBytes, long limit) {
    try {
      return next(maxBytes, limit);
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private static LogSlice nullIfEmpty(LogSlice slice) {
    if (slice.buffer().hasRemaining()) {
      return slice;
    }
    slice.close();
    return null;
  }

  @Override
  public void close() {
    reader.close();
  }
}
