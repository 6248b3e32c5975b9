package io.millrace.benchmarks.micro;

import io.millrace.storage.mapped.file.BatchProof;
import io.millrace.storage.mapped.file.LogKey;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the proof that the mapped log writes into each batch. The result is the time per batch,
 * whatever its size.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ProofBenchmark {

  private final BatchProof proof = new BatchProof(LogKey.random(), 0);
  private final ByteBuffer batch = new SampleBatch(100).lone();
  private int position;

  /** Writes the proof of the next position. */
  @Benchmark
  public void write() {
    proof.write(batch, 0, position++);
  }
}
