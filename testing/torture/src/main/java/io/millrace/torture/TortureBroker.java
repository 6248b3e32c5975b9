package io.millrace.torture;

import java.io.IOException;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The broker under torture: {@code millrace server} as a process, with the JVM and the classes of
 * this process, and always on the same ports. Thread-safe, because shutdown hooks kill it too.
 */
final class TortureBroker implements AutoCloseable {

  /** The exit code of {@code millrace server} if a setting is invalid. */
  private static final int USAGE = 2;

  private static final int MIN_PORT = 16_384;
  private static final int MAX_PORT = 32_768;
  private static final int PORT_ATTEMPTS = 100;

  private static final long READY_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long POLL_MILLIS = 10;
  private static final int HTTP_TIMEOUT_MILLIS = 2_000;

  private final Path log;
  private final List<String> command;
  private final int port;
  private final int httpPort;
  private Process process;
  private long startedNanos;
  private boolean closed;

  /**
   * Creates a broker that does not run.
   *
   * @param settings the settings of the broker, by key
   * @param log the output of every start of the process is appended to this file
   */
  TortureBroker(Path dataDirectory, Map<String, String> settings, Path log) throws IOException {
    this.log = log;
    this.port = freePort();
    this.httpPort = freePort();
    this.command = command(dataDirectory, settings);
  }

  /**
   * Finds a free port below the range of outgoing connections. While the broker is down, its port
   * is free. If the port were in that range, one of the many attempts to connect would at some time
   * get this port as its own, connect to itself, and keep the broker from using it.
   */
  private static int freePort() throws IOException {
    for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(MIN_PORT, MAX_PORT);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // The port is in use. Try another one.
      }
    }
    throw new IOException("found no free port from " + MIN_PORT + " to " + (MAX_PORT - 1));
  }

  private List<String> command(Path dataDirectory, Map<String, String> settings) {
    List<String> words = JavaWords.commandLine("-Xmx512m");
    words.addAll(List.of("server", "--data-dir", dataDirectory.toString()));
    words.addAll(List.of("--port", String.valueOf(port)));
    words.addAll(List.of("--http-port", String.valueOf(httpPort)));
    settings.forEach((key, value) -> words.addAll(List.of("--set", key + "=" + value)));
    return List.copyOf(words);
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** Starts the process without waiting. */
  synchronized void start() throws IOException {
    if (closed) {
      throw new IOException("the broker is closed and cannot be started");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // The command line is the only source of settings.
    builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
    startedNanos = System.nanoTime();
    process = builder.start();
  }

  /**
   * Waits until the broker is ready.
   *
   * @return nanoseconds since {@link #start}
   * @throws BrokerDownException if the process ended, or was not ready within 60 s
   */
  long awaitReady() throws InterruptedException, BrokerDownException {
    Process starting = current();
    while (!isReady()) {
      if (!starting.isAlive()) {
        throw new BrokerDownException(
            "the broker ended with exit code "
                + starting.exitValue()
                + " while it started"
                + lastLines());
      }
      if (System.nanoTime() - startedNanos > READY_NANOS) {
        throw new BrokerDownException("the broker was not ready within 60 s" + lastLines());
      }
      Thread.sleep(POLL_MILLIS);
    }
    return System.nanoTime() - startedNanos;
  }

  private boolean isReady() {
    try {
      URI ready = URI.create("http://127.0.0.1:" + httpPort + "/health/ready");
      HttpURLConnection connection = (HttpURLConnection) ready.toURL().openConnection();
      connection.setConnectTimeout(HTTP_TIMEOUT_MILLIS);
      connection.setReadTimeout(HTTP_TIMEOUT_MILLIS);
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false; // The port is not open yet.
    }
  }

  /**
   * Waits until the broker is ready for the first time. The broker has served nothing yet, so the
   * cause of a failure is a setting or this machine.
   *
   * @throws BrokerStartException if the process ended, or was not ready within 60 s
   */
  long awaitFirstStart() throws InterruptedException, BrokerStartException {
    try {
      return awaitReady();
    } catch (BrokerDownException e) {
      Process starting = current();
      boolean refused = !starting.isAlive() && starting.exitValue() == USAGE;
      throw new BrokerStartException(e.getMessage(), refused);
    }
  }

  /** Whether the process runs. */
  boolean isAlive() {
    return current().isAlive();
  }

  /**
   * Suspends the process (SIGSTOP). It runs no more of its code; system calls in progress may
   * complete. Only {@link #kill} may follow. Needs Linux.
   */
  void freeze() throws IOException, InterruptedException {
    String pid = String.valueOf(current().pid());
    SystemCommand.Outcome kill = SystemCommand.run("kill", "-STOP", pid);
    if (kill.exitCode() != 0 && current().isAlive()) {
      throw new IOException(
          "kill -STOP " + pid + " failed with exit code " + kill.exitCode() + ": " + kill.output());
    }
  }

  /** Ends the process with SIGKILL, and waits until it has ended. */
  void kill() throws InterruptedException {
    current().destroyForcibly().waitFor();
  }

  /** The last ten lines of the log, for a message. */
  String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log);
      return ":\n  "
          + String.join("\n  ", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    } catch (IOException e) {
      return " (and its log " + log + " cannot be read: " + e.getMessage() + ")";
    }
  }

  private synchronized Process current() {
    return process;
  }

  /** Kills the process. It cannot be started again. */
  @Override
  public void close() {
    Process last;
    synchronized (this) {
      closed = true;
      last = process;
    }
    if (last != null) {
      last.destroyForcibly();
      last.onExit().join();
    }
  }
}
