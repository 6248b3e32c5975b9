package io.millrace.cli.command;

/** The exit codes of the process. A signal ends it with 128 plus the signal's number. */
public final class ExitCode {

  /** The command succeeded. */
  public static final int OK = 0;

  /** The command failed, completely or in part. */
  public static final int FAILED = 1;

  /** The command line or a setting of the broker is invalid. */
  public static final int USAGE = 2;

  /** The broker could not be reached. */
  public static final int UNREACHABLE = 3;

  private ExitCode() {}
}
