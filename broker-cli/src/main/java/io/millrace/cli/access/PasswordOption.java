package io.millrace.cli.access;

import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.PasswordInput;
import io.millrace.cli.command.Streams;
import java.io.Console;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * Where a new password comes from: a terminal, a file or standard input. There is no option whose
 * value is a password, because every process of the machine can read the arguments.
 */
public final class PasswordOption {

  /** Without letters and digits that look alike. */
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

  private static final int GENERATED_CHARS = 24;

  private final Streams streams;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "Read the password from a file of one line, or from standard input if FILE is -. Default:"
              + " ask for it on the terminal.")
  private String file;

  @Option(
      names = "--generate",
      description =
          "Make a password of 24 random characters and print it once. Default: ask for it on the"
              + " terminal.")
  private boolean generate;

  PasswordOption(Streams streams) {
    this.streams = streams;
  }

  /** A new password, and whether it must be shown to the user. */
  public record Password(char[] characters, boolean isGenerated) implements AutoCloseable {

    /** The password as it is shown to the user once; empty if the user knows it already. */
    public Optional<String> textIfGenerated() {
      return isGenerated ? Optional.of(new String(characters)) : Optional.empty();
    }

    /** Overwrites the password. */
    @Override
    public void close() {
      Arrays.fill(characters, '\0');
    }

    /** Without the password. */
    @Override
    public String toString() {
      return "Password[hidden]";
    }
  }

  /**
   * Checks that the user has not asked for a password.
   *
   * @param contradicting the option that contradicts one
   * @throws ParameterException if the user has
   */
  public void requireNotGiven(String contradicting) {
    if (generate || file != null) {
      throw new ParameterException(
          spec.commandLine(),
          contradicting + " contradicts " + (generate ? "--generate" : "--password-file"));
    }
  }

  /**
   * Gets the password. Asks twice on a terminal.
   *
   * @throws ParameterException if the options contradict each other, or there is no terminal
   * @throws CommandFailure if the file has no password, or the two passwords differ
   */
  public Password read() {
    if (generate && file != null) {
      throw new ParameterException(
          spec.commandLine(), "--generate and --password-file contradict each other");
    }
    if (generate) {
      return new Password(generated(new SecureRandom()), true);
    }
    return new Password(file == null ? asked() : fromFile(), false);
  }

  private static char[] generated(SecureRandom random) {
    char[] password = new char[GENERATED_CHARS];
    for (int i = 0; i < password.length; i++) {
      password[i] = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    }
    return password;
  }

  private char[] asked() {
    Console console = PasswordInput.terminal();
    if (console == null) {
      throw new ParameterException(
          spec.commandLine(),
          "there is no terminal to ask for the password; give it with --password-file FILE, or"
              + " --password-file - for standard input, or add --generate");
    }
    char[] password = console.readPassword("New password: ");
    char[] again = console.readPassword("The same again: ");
    boolean same = password != null && Arrays.equals(password, again);
    if (again != null) {
      Arrays.fill(again, '\0');
    }
    if (!same) {
      throw new CommandFailure("the two passwords differ; nothing was changed");
    }
    return password;
  }

  private char[] fromFile() {
    try {
      return PasswordInput.read(file, streams.in());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }
}
