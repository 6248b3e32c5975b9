package io.millrace.server.status;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * A page about the state of the server, in the terms of HTTP.
 *
 * @param status HTTP status code
 * @param contentType the content type of the body, with its charset
 */
public record StatusPage(int status, String contentType, byte[] body) {

  private static final String TEXT = "text/plain; charset=utf-8";

  /** A page of JSON text. */
  public static StatusPage json(int status, String body) {
    return new StatusPage(status, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  /** A page of a given kind of text. */
  public static StatusPage text(int status, String contentType, String body) {
    return new StatusPage(status, contentType, body.getBytes(StandardCharsets.UTF_8));
  }

  /** A page of plain text, which ends with a line break. */
  public static StatusPage text(int status, String body) {
    return text(status, TEXT, body + "\n");
  }

  /**
   * Creates a page. Called on an event loop of the listener, unless the page is {@linkplain
   * PageRoute#costly() costly}: must not block.
   */
  public interface Source extends Supplier<StatusPage> {}
}
