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

/** A broker that runs, in a process of its own. */
final class BenchmarkBroker implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofMinutes(1);

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
   * Starts a process; does not wait until it serves.
   *
   * @param port that it will listen on
   * @param log where its output is appended
   */
  static BenchmarkBroker start(ProcessBuilder command, int port, Path log) throws IOException {
    Process process =
        command
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new BenchmarkBroker(process, port, log, List.of());
  }

  /** This with another process that it needs, which is closed after it. */
  BenchmarkBroker with(BenchmarkBroker other) {
    return new BenchmarkBroker(process, port, log, List.of(other));
  }

  /** Waits until connections are accepted. */
  void awaitListening() throws IOException, InterruptedException {
    long giveUp = System.nanoTime() + LONGEST_START.toNanos();
    while (!listens()) {
      if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
        throw new BenchFailure("the broker ended while it started", log);
      }
      if (System.nanoTime() - giveUp > 0) {
        throw new BenchFailure("the broker does not listen after " + LONGEST_START, log);
      }
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      return true;
    } catch (IOException e) {
      return false; // Not yet.
    }
  }

  /** {@code host:port}. */
  String address() {
    return "127.0.0.1:" + port;
  }

  long pid() {
    return process.pid();
  }

  /** Its processor time. */
  CpuClock cpu() {
    return CpuClock.of(pid());
  }

  /** Its memory in RAM, mapped files that it has touched included. */
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

  /** Stops it in order; kills it if that takes too long. */
  @Override
  public void close() {
    process.destroy();
    ProcessEnd.await(process);
    needed.forEach(BenchmarkBroker::close);
  }
}
