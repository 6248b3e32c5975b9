package io.millrace.benchmarks;

/** A program that a peer needs is not installed. The message says what to do. */
final class MissingProgramException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MissingProgramException(String program) {
    super(
        program
            + " is not on the PATH; install it (most distributions have a package with it), or remove"
            + " its system from --vs");
  }
}
