package io.millrace.benchmarks;

import io.millrace.benchmarks.load.CpuClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The running broker of a system, in its own process. */
final class BenchmarkBroker implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofMinutes(3);

  private final Process process;
  private final int port;
  private final Path log;
  private final List<BenchmarkBroker> needed;

  private BenchmarkBroker(Process process, int port, Path log, List<BenchmarkBroker> needed) {
    this.process = process;
    this.port = port;
    this.log = log;
    this.needed = needed;
  }

  /**
   * Starts a process, without waiting until it serves clients.
   *
   * @param port the port on which the broker will listen
   * @param log the output of the process is appended to this file
   */
  static BenchmarkBroker start(ProcessBuilder command, int port, Path log) throws IOException {
    Process process =
        command
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new BenchmarkBroker(process, port, log, List.of());
  }

  /** A broker with another process that it needs; {@link #close} ends that process last. */
  BenchmarkBroker with(BenchmarkBroker other) {
    return new BenchmarkBroker(process, port, log, List.of(other));
  }

  /** Waits until the broker accepts connections. */
  void awaitListening() throws IOException, InterruptedException {
    long giveUp = System.nanoTime() + LONGEST_START.toNanos();
    while (!listens()) {
      if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
        throw new BenchFailure("the broker ended while it started", log);
      }
      if (System.nanoTime() - giveUp > 0) {
        throw new BenchFailure(
            "the broker does not accept connections after " + LONGEST_START.toSeconds() + " s",
            log);
      }
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      return true;
    } catch (IOException e) {
      return false; // The port is not open yet.
    }
  }

  /** The address, {@code host:port}. */
  String address() {
    return "127.0.0.1:" + port;
  }

  long pid() {
    return process.pid();
  }

  /** The CPU time of the process. */
  CpuClock cpu() {
    return CpuClock.of(pid());
  }

  /** The resident memory of the process, including mapped files that it has touched. */
  long residentBytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElseThrow(() -> new BenchFailure("the broker has ended", log));
    } catch (IOException e) {
      throw new UncheckedIOException("the broker has ended; see " + log, e);
    }
  }

  /** Stops the process with SIGTERM. Kills it if it does not end within a minute. */
  @Override
  public void close() {
    process.destroy();
    ProcessEnd.await(process);
    needed.forEach(BenchmarkBroker::close);
  }
}
