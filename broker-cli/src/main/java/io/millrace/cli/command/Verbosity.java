package io.millrace.cli.command;

/** The root command's answer to whether errors are printed with their stack trace. */
public interface Verbosity {

  /** Whether {@code --verbose} was given. */
  boolean verbose();
}
