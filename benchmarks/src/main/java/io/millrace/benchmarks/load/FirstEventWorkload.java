package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.LoadClient.Batching;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Waits until a broker accepts connections, and sends it one event. The broker can be started after
 * the round has begun. The latency of a round is the time from the start of the round to the
 * acknowledgement. A caller that starts the broker after the round began must measure the time
 * itself.
 */
final class FirstEventWorkload implements Workload {

  /** The same topic in all rounds, so that a restarted broker finds it on its disk. */
  private static final String TOPIC = "first-event";

  private static final long CONNECT_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long TIMEOUT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final WorkloadSpec spec;
  private final Target target;
  private final Payloads payloads;

  FirstEventWorkload(WorkloadSpec spec, Target target) {
    this.spec = spec;
    this.target = target;
    this.payloads = new Payloads(spec.sizeBytes());
  }

  /** Creates the topic, and sends events to it until the client is compiled. */
  @Override
  public void warmUp(Duration duration) {
    awaitPort();
    try (LoadClient client = target.connect()) {
      client.createTopic(TOPIC, spec.partitions(), spec.durability());
    }
    long end = System.nanoTime() + duration.toNanos();
    do {
      sendOne();
    } while (System.nanoTime() - end < 0);
  }

  @Override
  public Measurement round(Duration duration) {
    Histogram latencies = Latencies.histogram();
    long start = System.nanoTime();
    awaitPort();
    sendOne();
    long nanos = System.nanoTime() - start;
    Latencies.record(latencies, nanos);
    return new Measurement(
        1, spec.sizeBytes(), nanos / 1e9, 0, 0, Map.of("acknowledge", latencies), Map.of());
  }

  private void sendOne() {
    try (LoadClient client = target.connect();
        Sender sender = client.sender(TOPIC, spec.durability(), Batching.LATENCY)) {
      sender.sendAndWait(payloads.next());
    }
  }

  /**
   * Waits until the port is open. The clients of the systems would pause between two attempts to
   * connect, each for a different time.
   */
  private void awaitPort() {
    int colon = target.server().lastIndexOf(':');
    InetSocketAddress address =
        new InetSocketAddress(
            target.server().substring(0, colon),
            Integer.parseInt(target.server().substring(colon + 1)));
    long deadline = System.nanoTime() + TIMEOUT_NANOS;
    while (!accepts(address)) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            "no broker accepts connections at " + address + " after 1 minute");
      }
      LockSupport.parkNanos(CONNECT_EVERY_NANOS);
    }
  }

  private static boolean accepts(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address);
      return true;
    } catch (IOException e) {
      return false; // The port is not open yet.
    }
  }

  @Override
  public void close() {
    // The broker and its directory may not exist any more.
  }
}
