package io.millrace.cli.command;

/** Whether errors are printed with their stack trace. The root command implements it. */
public interface Verbosity {

  /** Whether {@code --verbose} was given. */
  boolean verbose();
}
