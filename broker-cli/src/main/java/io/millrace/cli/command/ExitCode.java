package io.millrace.cli.command;

/** What the process says when it ends. */
public final class ExitCode {

  /** All was done. */
  public static final int OK = 0;

  /** The operation failed, in whole or in part. */
  public static final int FAILED = 1;

  /** The command line or a configuration cannot be understood. */
  public static final int USAGE = 2;

  /** No connection to the server could be made. */
  public static final int UNREACHABLE = 3;

  private ExitCode() {}
}
