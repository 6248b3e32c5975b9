package io.millrace.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server with the mapped engine in a process of its own, which a test kills and starts again. */
final class ServerProcess implements AutoCloseable {

  /** For a process that lives for seconds: C2 and Netty's flight recorder events slow it down. */
  static final List<String> SHORT =
      List.of("-XX:TieredStopAtLevel=1", "-Dio.netty.jfr.enabled=false");

  private final Path directory;
  private final List<String> options;
  private Process process;
  private int port;

  /**
   * @param options of the JVM, such as {@link #SHORT}
   */
  ServerProcess(Path directory, List<String> options) {
    this.directory = directory;
    this.options = options;
    start();
  }

  /** The process: starts a server, prints its port, and serves until it is killed. */
  public static void main(String[] args) throws InterruptedException {
    MillraceServer server = TestServers.start("mapped", Path.of(args[0]), Map.of());
    System.out.println(server.port());
    Thread.currentThread().join();
  }

  /** Starts the process, and waits until it serves. */
  synchronized void start() {
    try {
      process =
          new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      port = readPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    notifyAll();
  }

  /** A JVM with the access to classes of the JDK that this one has. */
  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ServerProcess.class.getName(), directory.toString()));
    return command;
  }

  /** The first line that is a number; others are of the log. */
  private int readPort() throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.matches("\\d+")) {
        return Integer.parseInt(line);
      }
    }
    throw new AssertionError("the server ended at its start");
  }

  /** The port, when a server runs. */
  synchronized int port() throws InterruptedException {
    while (process == null) {
      wait();
    }
    return port;
  }

  /** Ends the process with SIGKILL. */
  synchronized void kill() {
    process.destroyForcibly();
    process.onExit().join();
    process = null;
  }

  /** The processor time that the process has used, in nanoseconds. */
  synchronized long cpuNanos() {
    return process.toHandle().info().totalCpuDuration().orElseThrow().toNanos();
  }

  @Override
  public synchronized void close() {
    if (process != null) {
      kill();
    }
  }
}
