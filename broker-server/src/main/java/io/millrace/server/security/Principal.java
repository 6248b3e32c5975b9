package io.millrace.server.security;

/**
 * The identity of a client, which the {@link Authorizer} decides about.
 *
 * @param name for the log and for error messages
 */
public record Principal(String name) {

  /** A client that has not authenticated. The broker has no authentication, so every client is. */
  public static final Principal ANONYMOUS = new Principal("anonymous");
}
