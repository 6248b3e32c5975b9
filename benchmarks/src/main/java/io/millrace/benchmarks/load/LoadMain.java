package io.millrace.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The main loop of a load process. It reads commands from standard input, one on each line, and
 * answers each with a line on standard output:
 *
 * <pre>
 * warm MILLIS    runs the load without measuring it; answers "done"
 * round MILLIS   runs the load and measures it; answers with a {@link Measurement}
 * </pre>
 *
 * <p>When the workload is open, it prints "open". It ends when its input ends.
 */
public final class LoadMain {

  private LoadMain() {}

  /**
   * Runs until the input ends.
   *
   * @param arguments the workload, the address of the broker, the process id of the broker
   */
  public static void run(String[] arguments, LoadClient.Connector connector) throws IOException {
    // Other output must not be mistaken for an answer.
    PrintStream answers = System.out;
    System.setOut(System.err);
    WorkloadSpec spec = WorkloadSpec.parse(arguments[0]);
    Target target = new Target(connector, arguments[1], Long.parseLong(arguments[2]));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Workload workload = Workload.open(spec, target)) {
      answers.println("open");
      for (String command = commands.readLine(); command != null; command = commands.readLine()) {
        answers.println(run(command, workload));
      }
    }
  }

  private static String run(String command, Workload workload) {
    String[] words = command.split(" ");
    Duration duration = Duration.ofMillis(Long.parseLong(words[1]));
    switch (words[0]) {
      case "warm" -> {
        workload.warmUp(duration);
        return "done";
      }
      case "round" -> {
        return workload.round(duration).toLine();
      }
      default -> throw new IllegalArgumentException("unknown command: " + command);
    }
  }
}
