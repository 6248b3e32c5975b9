package io.millrace.storage;

import io.millrace.protocol.record.BatchHeader;
import java.util.concurrent.CompletionException;

/** Reads a log from one thread, which waits for what has to be loaded. */
public final class Slices {

  private Slices() {}

  /** The next slice, loaded; null if there is none. Fails with what the read or the load does. */
  public static LogSlice read(LogReader reader, int maxBytes, long limit) {
    LogSlice slice = reader.read(maxBytes, limit);
    if (slice == null) {
      return null;
    }
    if (slice.cold()) {
      load(slice);
    }
    if (slice.buffer().hasRemaining()) {
      return slice;
    }
    slice.close();
    return null;
  }

  /** Waits until a slice is loaded; where that fails, closes it and throws the failure. */
  public static void load(LogSlice slice) {
    try {
      slice.load(Runnable::run).toCompletableFuture().join();
    } catch (CompletionException e) {
      slice.close();
      throw e.getCause() instanceof StorageException cause ? cause : e;
    }
  }

  /** The base offset of the batch with which a reader of this offset begins. */
  public static long firstBatch(PartitionLog log, long offset) {
    try (LogReader reader = log.reader(offset);
        LogSlice slice = read(reader, 1, Long.MAX_VALUE)) {
      return BatchHeader.baseOffset(slice.buffer(), slice.buffer().position());
    }
  }
}
