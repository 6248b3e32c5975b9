package io.millrace.benchmarks.micro;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogId;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSettings;
import io.millrace.storage.LogSlice;
import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.MappedSettings;
import io.millrace.storage.mapped.MappedStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the mapped log in the current directory: appending batches without fsync, and reading
 * them from the page cache. The result is the time per batch or slice. Each iteration has a new
 * log, which begins with small segments, as a new partition does. Later segments are larger.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LogBenchmark {

  private static final LogId ID = new LogId(new UUID(1, 2), 0);
  private static final LogSettings SETTINGS = new LogSettings(Map.of("segmentBytes", "128MiB"));

  /** The approximate size of header, source and lengths of a batch with one event. */
  private static final int OVERHEAD_BYTES = BatchHeader.BYTES + 30;

  private static final int PREFILLED_BATCHES = 256;
  private static final int READ_BYTES = 1024 * 1024;

  /** The size of each batch, in bytes: of one small event, up to a full batch of the client. */
  @Param({"256", "4096", "262144"})
  public int batchBytes;

  private Path directory;
  private LogStorage storage;
  private ForcedLog log;
  private LogReader reader;
  private ByteBuffer batch;

  /** Opens a new log and appends some batches. */
  @Setup(Level.Iteration)
  public void open() throws IOException {
    directory = Files.createTempDirectory(Path.of(""), "jmh-log-").toAbsolutePath();
    storage = MappedStorage.open(directory, MappedSettings.defaults());
    log =
        (ForcedLog)
            storage
                .open(ID, SETTINGS, new NoReplay(), new NoListener())
                .toCompletableFuture()
                .join();
    batch = new SampleBatch(batchBytes - OVERHEAD_BYTES).lone();
    for (int i = 0; i < PREFILLED_BATCHES; i++) {
      append();
    }
    log.force();
    reader = log.reader(0);
  }

  /** Closes and deletes the log. */
  @TearDown(Level.Iteration)
  public void close() throws IOException {
    reader.close();
    log.close();
    storage.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Writes offset and append time into a batch, and appends it. */
  @Benchmark
  public void append() {
    BatchHeader.stamp(batch, 0, log.offsets().end(), 0, 0, log.epoch());
    log.append(batch);
  }

  /** Leases the next slice of up to 1 MiB, and releases it. */
  @Benchmark
  public long read() {
    LogSlice slice = reader.read(READ_BYTES, log.offsets().durable());
    if (slice == null) {
      reader.close();
      reader = log.reader(0);
      return 0;
    }
    try (slice) {
      return slice.nextOffset();
    }
  }

  /** Refuses all calls, because a new log has nothing to replay. */
  private static final class NoReplay implements LogReplay {

    @Override
    public void restore(byte[] checkpointState) {
      throw new IllegalStateException("a new log has no checkpoint");
    }

    @Override
    public void replay(ByteBuffer header) {
      throw new IllegalStateException("a new log has no batches");
    }
  }

  /**
   * A mapped log is a forced log: it reports no durable offset, and its failures are exceptions of
   * its calls.
   */
  private static final class NoListener implements LogListener {

    @Override
    public void durable(long offset) {
      throw new IllegalStateException("a forced log reported its durable offset " + offset);
    }

    @Override
    public void failed(StorageException cause) {
      throw cause;
    }
  }
}
