package io.millrace.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands of the operating system that end soon, with the programs of root on the PATH. */
final class SystemCommand {

  private static final Duration LONGEST = Duration.ofSeconds(60);

  /**
   * A command that has ended.
   *
   * @param output what it printed, errors included, without white space at both ends
   */
  record Outcome(int exitCode, String output) {}

  private SystemCommand() {}

  /**
   * Runs a command, and waits until it has ended.
   *
   * @throws IOException if it does not end within 60 s; it is then killed
   */
  static Outcome run(String... command) throws IOException, InterruptedException {
    return run(LONGEST, command);
  }

  /** Runs a command that is killed if it takes longer than this. */
  static Outcome run(Duration longest, String... command) throws IOException, InterruptedException {
    // A file: a read from a pipe lasts as long as the command, or a child of it, may print.
    Path output = Files.createTempFile("command", ".out");
    try {
      return run(longest, output, command);
    } finally {
      Files.delete(output);
    }
  }

  private static Outcome run(Duration longest, Path output, String... command)
      throws IOException, InterruptedException {
    List<String> inPath = new ArrayList<>(List.of("env", "PATH=" + path()));
    inPath.addAll(List.of(command));
    Process process =
        new ProcessBuilder(inPath)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
    String printed = new String(Files.readAllBytes(output), UTF_8).strip();
    if (!ended) {
      process.destroyForcibly();
      throw new IOException(
          String.join(" ", command) + " did not end in " + longest.toSeconds() + " s: " + printed);
    }
    return new Outcome(process.exitValue(), printed);
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
