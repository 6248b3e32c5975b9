package io.millrace.storage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** The start of {@link LogStorage#open}, which is the same for every engine. Any thread. */
public final class OpeningStage {

  private OpeningStage() {}

  /**
   * Opens a log. Settings that are not allowed fail the stage, and the log is not opened.
   *
   * @param settings reads the settings of the log
   * @param begin notes that the log is opening, and returns the rest of the work. If it throws, so
   *     does this call
   * @param opener runs the rest; its failure is that of the stage
   * @param <S> the settings of the engine
   */
  public static <S> CompletionStage<PartitionLog> of(
      Supplier<S> settings, Function<S, Supplier<PartitionLog>> begin, Executor opener) {
    S read;
    try {
      read = settings.get();
    } catch (StorageException e) {
      return CompletableFuture.failedStage(e);
    }
    return CompletableFuture.supplyAsync(begin.apply(read), opener);
  }
}
