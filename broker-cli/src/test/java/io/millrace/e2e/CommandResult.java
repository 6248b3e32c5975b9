package io.millrace.e2e;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The exit code and the output of a command that has ended. */
public record CommandResult(int exitCode, byte[] stdout, String stderr) {

  public String stdoutText() {
    return new String(stdout, StandardCharsets.UTF_8);
  }

  List<String> stdoutLines() {
    return stdoutText().lines().toList();
  }

  /** Returns this result if the exit code is 0; else fails the test. */
  CommandResult orFail() {
    if (exitCode != 0) {
      throw new AssertionError(
          "exit code " + exitCode + "\nstdout: " + stdoutText() + "\nstderr: " + stderr);
    }
    return this;
  }
}
