package io.millrace.server;

import io.millrace.storage.ForwardingLog;
import io.millrace.storage.ForwardingStorage;
import io.millrace.storage.LogId;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSettings;
import io.millrace.storage.LogSlice;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageEngine;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * An engine in memory whose slices are cold, from when the test says so: they are loaded when the
 * test releases them, as from a disk that is very slow.
 */
final class ColdStorage implements StorageEngine, AutoCloseable {

  private static final long CAPACITY_BYTES = 16 << 20;

  private final CompletableFuture<Void> loaded = new CompletableFuture<>();
  private volatile boolean cold;

  @Override
  public LogStorage open(Path directory) {
    return new ForwardingStorage(new MemoryStorage(CAPACITY_BYTES, Runnable::run)) {
      @Override
      public CompletionStage<PartitionLog> open(
          LogId id, LogSettings settings, LogReplay replay, LogListener listener) {
        return super.open(id, settings, replay, listener).thenApply(ColdLog::new);
      }
    };
  }

  @Override
  public String location(Path directory) {
    return "memory, with the speed of a disk";
  }

  /** Slices that are read from now on are loaded by {@link #release}. */
  void makeCold() {
    cold = true;
  }

  /** Loads all slices. */
  void release() {
    loaded.complete(null);
  }

  @Override
  public void close() {
    release();
  }

  private final class ColdLog extends ForwardingLog {

    ColdLog(PartitionLog inner) {
      super(inner);
    }

    @Override
    public LogReader reader(long offset) {
      LogReader reader = super.reader(offset);
      return new LogReader() {
        @Override
        public long position() {
          return reader.position();
        }

        @Override
        public LogSlice read(int maxBytes, long limit) {
          LogSlice slice = reader.read(maxBytes, limit);
          return slice == null || !cold ? slice : new ColdSlice(slice, loaded);
        }

        @Override
        public void close() {
          reader.close();
        }
      };
    }
  }

  private record ColdSlice(LogSlice slice, CompletionStage<Void> loaded) implements LogSlice {

    @Override
    public ByteBuffer buffer() {
      return slice.buffer();
    }

    @Override
    public long nextOffset() {
      return slice.nextOffset();
    }

    @Override
    public boolean cold() {
      return true;
    }

    @Override
    public CompletionStage<Void> load(Executor blocking) {
      return loaded.thenCompose(
          released -> slice.cold() ? slice.load(blocking) : CompletableFuture.completedStage(null));
    }

    @Override
    public void close() {
      slice.close();
    }
  }
}
