package io.millrace.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The main loop of a load process. It is told what to do on standard input, and answers each line
 * on standard output:
 *
 * <pre>
 * warm MILLIS    runs so long unmeasured; answers "done"
 * round MILLIS   runs so long measured; answers with a {@link Measurement}
 * </pre>
 *
 * <p>It has opened the workload when it says "open", and ends with its input.
 */
public final class LoadMain {

  private LoadMain() {}

  /**
   * Runs until the input ends.
   *
   * @param arguments the workload, the broker's address, the broker's process id
   */
  public static void run(String[] arguments, LoadClient.Connector connector) throws IOException {
    // What else is printed must not be taken for an answer.
    PrintStream answers = System.out;
    System.setOut(System.err);
    WorkloadSpec spec = WorkloadSpec.parse(arguments[0]);
    Target target = new Target(connector, arguments[1], Long.parseLong(arguments[2]));
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Workload workload = Workload.open(spec, target)) {
      answers.println("open");
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        answers.println(obey(order, workload));
      }
    }
  }

  private static String obey(String order, Workload workload) {
    String[] words = order.split(" ");
    Duration duration = Duration.ofMillis(Long.parseLong(words[1]));
    switch (words[0]) {
      case "warm" -> {
        workload.warmUp(duration);
        return "done";
      }
      case "round" -> {
        return workload.round(duration).toLine();
      }
      default -> throw new IllegalArgumentException("no such order: " + order);
    }
  }
}
