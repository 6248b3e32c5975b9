package io.millrace.e2e;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the command line, or another main class, in its own process. */
final class JavaProcess {

  /** How long tests wait for anything. Generous, because the machine may be busy. */
  static final Duration LIMIT = Duration.ofMinutes(3);

  private JavaProcess() {}

  /** The path of the {@code java} command of this JVM. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The command that runs the command line with these arguments, from the executable jar. */
  static List<String> millrace(List<String> arguments) {
    List<String> command = withOptions("--sun-misc");
    command.addAll(List.of("-jar", PackedBuild.current().jar().toString()));
    command.addAll(arguments);
    return command;
  }

  /**
   * The command that runs another main class in a JVM like this one.
   *
   * @param directory a directory of classes, which are used together with those of the build
   */
  static List<String> main(String mainClass, Path directory, List<String> arguments) {
    // The options of this JVM that the manifest of the executable jar has.
    List<String> command = withOptions("--");
    command.addAll(List.of("-cp", PackedBuild.current().jar() + File.pathSeparator + directory));
    command.add(mainClass);
    command.addAll(arguments);
    return command;
  }

  /** The command {@code java} with the options for short processes, and some of this JVM. */
  private static List<String> withOptions(String prefix) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(PackedBuild.current().archiveOptions());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith(prefix))
        .forEach(command::add);
    // Netty's flight recorder events take a seventh of the time of a short command.
    command.add("-Dio.netty.jfr.enabled=false");
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    return command;
  }

  /** Runs a command without input to its end, as a process. */
  static CommandResult run(List<String> arguments) {
    try {
      Path out = Files.createTempFile("millrace-out", ".bin");
      Path err = Files.createTempFile("millrace-err", ".txt");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(millrace(arguments))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(
              "millrace " + arguments + " did not end; stderr: " + Files.readString(err));
        }
        return new CommandResult(
            process.exitValue(), Files.readAllBytes(out), Files.readString(err));
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new AssertionError("cannot run millrace " + arguments, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while millrace " + arguments + " ran", e);
    }
  }
}
