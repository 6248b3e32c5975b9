package io.millrace.server.http;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * One answer of the HTTP port.
 *
 * @param status HTTP status code
 * @param contentType of the body, with its charset
 */
public record Page(int status, String contentType, byte[] body) {

  private static final String TEXT = "text/plain; charset=utf-8";

  /** A page of JSON text. */
  public static Page json(int status, String body) {
    return new Page(status, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  /** A page of another kind of text. */
  public static Page text(int status, String contentType, String body) {
    return new Page(status, contentType, body.getBytes(StandardCharsets.UTF_8));
  }

  static Page text(int status, String body) {
    return text(status, TEXT, body + "\n");
  }

  /** Makes a page for each request, on the HTTP event loop: must not block. */
  public interface Source extends Supplier<Page> {}
}
