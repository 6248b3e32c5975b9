package io.millrace.benchmarks.load;

import java.util.Map;
import org.HdrHistogram.Histogram;

/** Measures the time, and the CPU time of broker and client, from its creation to {@link #stop}. */
final class Meter {

  private final CpuClock broker;
  private final CpuClock client;
  private final double brokerStart;
  private final double clientStart;
  private final long startNanos;

  /** Starts the measurement. */
  Meter(long brokerPid) {
    broker = CpuClock.of(brokerPid);
    client = CpuClock.of(ProcessHandle.current().pid());
    brokerStart = broker.seconds();
    clientStart = client.seconds();
    startNanos = System.nanoTime();
  }

  /** The measurement until now. */
  Measurement stop(long events, long bytes, Map<String, Histogram> latencies) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    return new Measurement(
        events,
        bytes,
        seconds,
        broker.seconds() - brokerStart,
        client.seconds() - clientStart,
        latencies,
        Map.of());
  }
}
