package io.millrace.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The real broker as a process with its own directory. It can be started, stopped, killed and
 * started again.
 */
final class EndToEndBroker implements AutoCloseable {

  /** The log configuration of an installed broker. */
  private static final Path LOGGING = Path.of("..", "config", "logback.xml").toAbsolutePath();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path directory;
  private final List<String> flags;
  private final List<String> launcher;
  private final ReservedPort port;
  private final ReservedPort httpPort;

  /** Options that replace those for short processes. */
  private List<String> heapOptions = List.of();

  private Process process;

  private EndToEndBroker(Path directory, List<String> launcher, List<String> flags)
      throws IOException {
    this.directory = directory;
    this.launcher = launcher;
    this.flags = flags;
    // The same for all starts, so that clients find a restarted broker at its address.
    this.port = ReservedPort.reserve();
    this.httpPort = ReservedPort.reserve();
  }

  /** Starts a broker on {@code directory}, and waits until it is ready. The caller closes it. */
  static EndToEndBroker start(Path directory, String... flags) throws IOException {
    return start(directory, List.of(), flags);
  }

  /** As {@link #start}, in a process that may have this number of files open. */
  static EndToEndBroker startWithOpenFiles(int openFiles, Path directory, String... flags)
      throws IOException {
    String limited = "ulimit -n " + openFiles + " && exec \"$@\"";
    return start(directory, List.of("sh", "-c", limited, "sh"), flags);
  }

  /** As {@link #start}, in a process with a umask, such as {@code 000}. */
  static EndToEndBroker startWithUmask(String umask, Path directory) throws IOException {
    return start(directory, List.of("sh", "-c", "umask " + umask + " && exec \"$@\"", "sh"));
  }

  /** As {@link #start}, with the heap and the options of an installed broker. */
  static EndToEndBroker startWithHeap(String heap, Path directory, String... flags)
      throws IOException {
    EndToEndBroker broker = new EndToEndBroker(directory, List.of(), List.of(flags));
    broker.heapOptions = List.of("-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError");
    broker.start();
    return broker;
  }

  private static EndToEndBroker start(Path directory, List<String> launcher, String... flags)
      throws IOException {
    EndToEndBroker broker = new EndToEndBroker(directory, launcher, List.of(flags));
    broker.start();
    return broker;
  }

  /** Starts the process again after {@link #kill} or {@link #stop}, and waits until it is ready. */
  void start() throws IOException {
    launch();
    awaitReady();
  }

  /** Starts the process without waiting. */
  void launch() throws IOException {
    List<String> arguments = new ArrayList<>(List.of("server", "--data-dir"));
    arguments.add(directory.resolve("data").toString());
    arguments.addAll(List.of("--port", String.valueOf(port.number())));
    arguments.addAll(List.of("--http-port", String.valueOf(httpPort.number())));
    arguments.addAll(flags);

    List<String> command = JavaProcess.millrace(arguments);
    command.add(1, "-Dlogback.configurationFile=" + LOGGING);
    command.addAll(command.indexOf("-jar"), heapOptions); // of two equal options, the last counts
    command.addAll(0, launcher);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
  }

  void awaitReady() {
    await()
        .alias("broker ready")
        .atMost(JavaProcess.LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(this::ready);
  }

  private boolean ready() throws Exception {
    if (!process.isAlive()) {
      throw new IllegalStateException("the broker ended:\n" + Files.readString(log()));
    }
    try {
      return get("/health/ready").statusCode() == 200;
    } catch (IOException e) {
      return false; // The port is not open yet.
    }
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + httpPort.number() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Ends the process with SIGKILL. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Ends the process with SIGTERM, and waits for it. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the broker did not stop after SIGTERM");
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** The number of open file descriptors of the process. */
  long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
      return files.count();
    }
  }

  /** The number of threads of the process. */
  long threads() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
        .filter(line -> line.startsWith("Threads:"))
        .mapToLong(line -> Long.parseLong(line.substring("Threads:".length()).strip()))
        .sum();
  }

  String address() {
    return "127.0.0.1:" + port.number();
  }

  int port() {
    return port.number();
  }

  int httpPort() {
    return httpPort.number();
  }

  /** The file with the output of all starts of the process. */
  Path log() {
    return directory.resolve("broker.log");
  }

  @Override
  public void close() {
    kill();
    port.close();
    httpPort.close();
  }
}
