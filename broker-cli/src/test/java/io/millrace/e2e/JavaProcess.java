package io.millrace.e2e;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main class of this build's class path, run as a process of its own. */
final class JavaProcess {

  private JavaProcess() {}

  /** The command that runs {@code mainClass} as a JVM like this one. */
  static List<String> command(String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // What the executable jar's manifest grants; this JVM was started with the same.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(arguments);
    return command;
  }

  /** What a finished process left behind. */
  record Result(int exitCode, byte[] stdout, String stderr) {

    String stdoutText() {
      return new String(stdout, StandardCharsets.UTF_8);
    }

    List<String> stdoutLines() {
      return stdoutText().lines().toList();
    }

    /** This result, if the process ended with 0. */
    Result orFail() {
      if (exitCode != 0) {
        throw new AssertionError(
            "exit code " + exitCode + "\nstdout: " + stdoutText() + "\nstderr: " + stderr);
      }
      return this;
    }
  }

  /** Runs to the end, with {@code stdin} (or nothing where it is null) as its input. */
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
