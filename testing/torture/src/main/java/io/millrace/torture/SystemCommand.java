package io.millrace.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands of the operating system that end soon, with the programs of root on the PATH. */
final class SystemCommand {

  private static final long LONGEST_SECONDS = 60;

  /**
   * A command that has ended.
   *
   * @param output what it printed, errors included, without white space at both ends
   */
  record Outcome(int exitCode, String output) {}

  private SystemCommand() {}

  /** Runs a command, and waits until it has ended. */
  static Outcome run(String... command) throws IOException, InterruptedException {
    List<String> inPath = new ArrayList<>(List.of("env", "PATH=" + path()));
    inPath.addAll(List.of(command));
    Process process = new ProcessBuilder(inPath).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(
          String.join(" ", command) + " did not end in " + LONGEST_SECONDS + " s: " + output);
    }
    return new Outcome(process.exitValue(), output);
  }

  /**
   * Runs a command that must succeed.
   *
   * @throws IOException if its exit code is not 0; the message has its output
   */
  static void runOrFail(String... command) throws IOException, InterruptedException {
    Outcome outcome = run(command);
    if (outcome.exitCode != 0) {
      throw new IOException(
          String.join(" ", command)
              + " failed with exit code "
              + outcome.exitCode
              + ": "
              + outcome.output);
    }
  }

  private static String path() {
    return System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin";
  }
}
