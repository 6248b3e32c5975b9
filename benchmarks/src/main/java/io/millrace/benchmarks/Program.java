package io.millrace.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program that is installed on this machine. */
record Program(Path file) {

  private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)+");

  /**
   * Finds the first executable program of this name.
   *
   * @param searchPath directories, in the form of {@code PATH}
   * @throws MissingProgramException if there is none
   */
  static Program find(String name, String searchPath) {
    return Stream.of(searchPath.split(File.pathSeparator))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .map(Program::new)
        .findFirst()
        .orElseThrow(() -> new MissingProgramException(name));
  }

  /**
   * The first version number in the output of {@code --version}.
   *
   * @throws UncheckedIOException if the program cannot run or fails; the message has its output
   */
  String version() {
    try {
      Process process =
          new ProcessBuilder(file.toString(), "--version").redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int exitCode = process.onExit().join().exitValue();
      if (exitCode != 0) {
        throw new IOException("it failed with exit code " + exitCode + ": " + output);
      }
      return versionIn(output);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot run " + file + " --version: " + e.getMessage() + "; install it again", e);
    }
  }

  /** The first version number in a text; {@code of unknown version} if there is none. */
  static String versionIn(String text) {
    Matcher matcher = VERSION.matcher(text);
    return matcher.find() ? matcher.group() : "of unknown version";
  }
}
