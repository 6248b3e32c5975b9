package io.millrace.cli.command;

import io.millrace.protocol.FileReason;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Where a password comes from: a file, standard input or a terminal. */
public final class PasswordInput {

  static final String STANDARD_INPUT = "-";

  private static final int MAX_BYTES = 16 * 1024;

  private PasswordInput() {}

  /**
   * Reads the only line of a file.
   *
   * @param file {@code -} for standard input
   * @throws IllegalArgumentException if it cannot be read, or has no password
   */
  public static char[] read(String file, InputStream standardInput) {
    boolean standard = file.equals(STANDARD_INPUT);
    String from = standard ? "standard input" : "the password file " + file;
    byte[] bytes;
    try (InputStream in = standard ? null : Files.newInputStream(Path.of(file))) {
      bytes = (standard ? standardInput : in).readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new IllegalArgumentException(from + " cannot be read: " + FileReason.of(e), e);
    }
    try {
      return line(bytes, from);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static char[] line(byte[] bytes, String from) {
    int end = bytes.length;
    if (end > 0 && bytes[end - 1] == '\n') {
      end--;
    }
    if (end > 0 && bytes[end - 1] == '\r') {
      end--;
    }
    if (end == 0 || end > MAX_BYTES) {
      throw new IllegalArgumentException(
          from + (end == 0 ? " has no password: it is empty" : " is too long for a password"));
    }
    for (int i = 0; i < end; i++) {
      if (bytes[i] == '\n') {
        throw new IllegalArgumentException(from + " has more than one line; a password has one");
      }
    }
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end));
      char[] password = Arrays.copyOf(text.array(), text.length());
      Arrays.fill(text.array(), '\0');
      return password;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(from + " is not UTF-8", e);
    }
  }

  /**
   * Asks on the terminal.
   *
   * @throws IllegalArgumentException if there is no terminal, or no password is typed
   */
  static char[] ask(String user) {
    Console console = terminal();
    if (console == null) {
      throw new IllegalArgumentException(
          "there is no terminal to ask for the password of user '"
              + user
              + "'; name a file with it: --login-password-file FILE, or - for standard input");
    }
    char[] password = console.readPassword("Password of %s: ", user);
    if (password == null || password.length == 0) {
      throw new IllegalArgumentException("no password was typed");
    }
    return password;
  }

  /**
   * The terminal; null if there is none. Since JDK 22, {@link System#console} may return an object
   * without a terminal.
   */
  public static Console terminal() {
    Console console = System.console();
    if (console == null) {
      return null;
    }
    try {
      return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console))
          ? console
          : null;
    } catch (NoSuchMethodException e) {
      return console; // before JDK 22
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }
}
