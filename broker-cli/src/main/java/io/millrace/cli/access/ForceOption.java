package io.millrace.cli.access;

import picocli.CommandLine.Option;

/** The option {@code --force} of the commands that can take away the last administrator. */
public final class ForceOption {

  @Option(
      names = "--force",
      description =
          "Make the change although nobody could administer the broker with a password afterwards."
              + " Default: that is an error.")
  private boolean force;

  /** Whether it is given. */
  public boolean isGiven() {
    return force;
  }
}
