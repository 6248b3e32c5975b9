package io.millrace.benchmarks.load;

import java.util.Map;
import org.HdrHistogram.Histogram;

/** Takes the time and both sides' processor time of one round, from its making to a stop. */
final class Meter {

  private final CpuClock broker;
  private final CpuClock client;
  private final double brokerStart;
  private final double clientStart;
  private final long startNanos;

  /** Starts. */
  Meter(long brokerPid) {
    broker = CpuClock.of(brokerPid);
    client = CpuClock.of(ProcessHandle.current().pid());
    brokerStart = broker.seconds();
    clientStart = client.seconds();
    startNanos = System.nanoTime();
  }

  /** What was measured until now. */
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
