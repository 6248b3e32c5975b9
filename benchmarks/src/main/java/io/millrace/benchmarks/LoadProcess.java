package io.millrace.benchmarks;

import io.millrace.benchmarks.load.Measurement;
import io.millrace.benchmarks.load.WorkloadSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The process with the client side of one workload of one system; see {@code LoadMain}. */
final class LoadProcess implements AutoCloseable {

  /**
   * The same options for all systems. The heap is large enough that garbage collection does not
   * determine the result.
   */
  private static final List<String> JVM_OPTIONS = List.of("-Xms1g", "-Xmx1g", "-XX:+UseParallelGC");

  private final Process process;
  private final PrintStream commands;
  private final BufferedReader answers;
  private final Path log;

  private LoadProcess(Process process, Path log) {
    this.process = process;
    this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.log = log;
  }

  /** The command of a load process. */
  static List<String> command(Jdk jdk, List<String> options, String classPath, String mainClass) {
    List<String> command = new ArrayList<>();
    command.add(jdk.java().toString());
    command.addAll(JVM_OPTIONS);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, mainClass));
    return command;
  }

  /** The options of this JVM that give Netty access to the JDK. */
  static List<String> access() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--") || option.startsWith("-Dio.netty."))
        .toList();
  }

  /** Starts a load process, and waits until its workload is open. */
  static LoadProcess open(
      SystemUnderTest system, WorkloadSpec spec, String server, long brokerPid, Path log)
      throws IOException {
    List<String> command = new ArrayList<>(system.loadCommand());
    command.addAll(List.of(spec.toArgument(), server, Long.toString(brokerPid)));
    LoadProcess load =
        new LoadProcess(
            new ProcessBuilder(command)
                .directory(log.toAbsolutePath().getParent().toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start(),
            log);
    load.answer();
    return load;
  }

  /** Runs the load without measuring it. */
  void warmUp(Duration duration) throws IOException {
    commands.println("warm " + duration.toMillis());
    answer();
  }

  /** Runs the load and measures it. */
  Measurement round(Duration duration) throws IOException {
    beginRound(duration);
    return endRound();
  }

  /** Starts a round; {@link #endRound()} must be the next call. */
  void beginRound(Duration duration) {
    commands.println("round " + duration.toMillis());
  }

  /** Waits until the current round ends. */
  Measurement endRound() throws IOException {
    return Measurement.parse(answer());
  }

  private String answer() throws IOException {
    String answer = answers.readLine();
    if (answer == null) {
      throw new BenchFailure("the load process ended", log);
    }
    return answer;
  }

  @Override
  public void close() {
    commands.close();
    ProcessEnd.await(process);
  }
}
