package io.millrace.client;

import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Checks and reads the text of a token. No message has a part of the text. */
final class SecretText {

  /** The longest token. A broker takes frames of 16 KiB before the client has proved itself. */
  private static final int MAX_CHARS = 15 << 10;

  private SecretText() {}

  /**
   * Returns a token without the white space around it.
   *
   * @param what what the text is, for a message
   * @throws IllegalArgumentException if it is empty, too long, or has other characters than
   *     printable ASCII
   */
  static String checked(String text, String what) {
    String token = text.strip();
    if (token.isEmpty()) {
      throw new IllegalArgumentException(what + " is empty");
    }
    if (token.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          what + " has " + token.length() + " characters; expected at most " + MAX_CHARS);
    }
    if (token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException(
          what + " has characters other than printable ASCII; expected one token and nothing else");
    }
    return token;
  }

  /**
   * Reads a token from a file.
   *
   * @throws MillraceException {@code AUTHENTICATION_FAILED} if the file cannot be read or has no
   *     token
   */
  static String read(Path file) {
    String what = "the token in the file " + file;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(4 * MAX_CHARS);
      return checked(new String(bytes, StandardCharsets.ISO_8859_1), what);
    } catch (NoSuchFileException e) {
      throw unusable("there is no token file " + file, e);
    } catch (IOException e) {
      throw unusable("the token file " + file + " cannot be read: " + e, e);
    } catch (IllegalArgumentException e) {
      throw unusable(e.getMessage(), e);
    }
  }

  private static MillraceException unusable(String reason, Exception cause) {
    return new MillraceException(ErrorCode.AUTHENTICATION_FAILED, reason, cause);
  }
}
