package io.millrace.e2e;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class of the test class path in its own process. */
final class JavaProcess {

  private JavaProcess() {}

  /** The command that runs {@code mainClass} in a JVM like this one. */
  static List<String> command(String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The options that replace the manifest of the executable jar; this JVM has the same.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(arguments);
    return command;
  }

  /** The exit code and the output of a process that has ended. */
  record Result(int exitCode, byte[] stdout, String stderr) {

    String stdoutText() {
      return new String(stdout, StandardCharsets.UTF_8);
    }

    List<String> stdoutLines() {
      return stdoutText().lines().toList();
    }

    /** Returns this result if the exit code is 0; else fails the test. */
    Result orFail() {
      if (exitCode != 0) {
        throw new AssertionError(
            "exit code " + exitCode + "\nstdout: " + stdoutText() + "\nstderr: " + stderr);
      }
      return this;
    }
  }

  /**
   * Runs the process to its end.
   *
   * @param stdin the input; null: no input
   */
  static Result run(String mainClass, List<String> arguments, Path stdin) {
    try {
      Path out = Files.createTempFile("millrace-out", ".bin");
      Path err = Files.createTempFile("millrace-err", ".txt");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command(mainClass, arguments))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        if (stdin != null) {
          builder.redirectInput(stdin.toFile());
        }
        Process process = builder.start();
        if (stdin == null) {
          process.getOutputStream().close();
        }
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(
              mainClass + " " + arguments + " did not end; stderr: " + Files.readString(err));
        }
        return new Result(process.exitValue(), Files.readAllBytes(out), Files.readString(err));
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new AssertionError("cannot run " + mainClass + " " + arguments, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while " + mainClass + " ran", e);
    }
  }
}
