package io.millrace.benchmarks.micro;

import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCheck;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchLimits;
import io.millrace.protocol.record.BatchReader;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Measures building, checking and reading a record batch, as producer, broker and consumer do. The
 * result is the time per batch.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BatchBenchmark {

  private static final int LIMIT_BYTES = 4 * 1024 * 1024;

  /** The size of each value, in bytes. */
  @Param({"100", "1024"})
  public int valueBytes;

  private SampleBatch sample;
  private BatchBuilder builder;
  private BatchCheck check;
  private BatchReader reader;
  private ByteBuffer batch;

  /** Creates the batch that is checked and read. */
  @Setup
  public void prepare() {
    sample = new SampleBatch(valueBytes);
    builder = new BatchBuilder(SampleBatch.BATCH_BYTES, BatchCodec.NONE);
    check = new BatchCheck(new BatchLimits(LIMIT_BYTES, LIMIT_BYTES, LIMIT_BYTES));
    reader = new BatchReader(LIMIT_BYTES);
    batch = sample.full();
  }

  /** Builds a batch, including its checksum. */
  @Benchmark
  public ByteBuffer build() {
    builder.reset();
    return sample.fill(builder);
  }

  /** Checks structure, limits and checksum. */
  @Benchmark
  public void check() {
    check.check(batch);
  }

  /** Checks both checksums, and copies each value to its own array. */
  @Benchmark
  public void read(Blackhole values) {
    reader.open(batch, 0);
    while (reader.next()) {
      values.consume(reader.value());
    }
  }
}
