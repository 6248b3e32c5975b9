package io.millrace.torture;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The broker under torture: {@code millrace server} as a process of the same JVM and the same
 * classes as this one, always on the same ports. Thread-safe, because shutdown hooks kill it too.
 */
final class TortureBroker implements AutoCloseable {

  private static final String MAIN = "io.millrace.cli.Millrace";

  /** Beginnings of the JVM's options that the broker gets as this process got them. */
  private static final List<String> INHERITED =
      List.of(
          "--add-",
          "--enable-native",
          "--sun-misc",
          "-Dio.netty",
          "-Dchronicle",
          "-Xlog",
          "-XX:SharedArchiveFile",
          "-XX:TieredStopAtLevel");

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
   * A broker that is not running yet.
   *
   * @param settings the broker's, by key
   * @param log what all lives of the process print is appended here
   */
  TortureBroker(Path dataDirectory, Map<String, String> settings, Path log) throws IOException {
    this.log = log;
    this.port = freePort();
    this.httpPort = freePort();
    this.command = command(dataDirectory, settings);
  }

  /**
   * A free port below those that outgoing connections get. A broker that is down leaves its port
   * free, and one of the many attempts to connect to it would in time get that very port, connect
   * to itself, and keep the broker from coming back.
   */
  private static int freePort() throws IOException {
    for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(MIN_PORT, MAX_PORT);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Taken; another one may not be.
      }
    }
    throw new IOException("found no free port from " + MIN_PORT + " to " + (MAX_PORT - 1));
  }

  private List<String> command(Path dataDirectory, Map<String, String> settings) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx512m", "-Xshare:auto"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> INHERITED.stream().anyMatch(argument::startsWith))
        .forEach(words::add);
    String classPath = System.getProperty("java.class.path");
    if (isExecutableJar(classPath)) {
      words.addAll(List.of("-jar", classPath));
    } else {
      words.addAll(List.of("-cp", classPath, MAIN));
    }
    words.addAll(List.of("server", "--data-dir", dataDirectory.toString()));
    words.addAll(List.of("--port", String.valueOf(port)));
    words.addAll(List.of("--http-port", String.valueOf(httpPort)));
    settings.forEach((key, value) -> words.addAll(List.of("--set", key + "=" + value)));
    return List.copyOf(words);
  }

  private static boolean isExecutableJar(String classPath) {
    return classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator);
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** Starts the process and does not wait for anything. */
  synchronized void start() throws IOException {
    if (closed) {
      throw new IOException("the broker is not to be started any more");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // Settings come from this command line alone.
    builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
    startedNanos = System.nanoTime();
    process = builder.start();
  }

  /**
   * Waits until the broker says that it is ready.
   *
   * @return nanoseconds since {@link #start}
   * @throws BrokerDownException if the process ended, or was not ready in 60 s
   */
  long awaitReady() throws InterruptedException, BrokerDownException {
    Process starting = current();
    while (!isReady()) {
      if (!starting.isAlive()) {
        throw new BrokerDownException(
            "the broker ended with " + starting.exitValue() + " while it started" + lastLines());
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
      return false; // Not listening yet.
    }
  }

  /** Whether the process runs; one that was not killed should. */
  boolean isAlive() {
    return current().isAlive();
  }

  /**
   * Stops the process where it is (SIGSTOP): it runs no more of its own code, whatever the kernel
   * is still doing for it. Only {@link #kill} may follow. Linux.
   */
  void freeze() throws IOException, InterruptedException {
    int exitCode =
        new ProcessBuilder("kill", "-STOP", String.valueOf(current().pid())).start().waitFor();
    if (exitCode != 0 && current().isAlive()) {
      throw new IOException("kill -STOP " + current().pid() + " ended with " + exitCode);
    }
  }

  /** Ends the process without a warning (SIGKILL), and waits until it is gone. */
  void kill() throws InterruptedException {
    current().destroyForcibly().waitFor();
  }

  /** The end of what the process printed, on lines of its own. */
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

  /** Kills the process; it cannot be started again. */
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
