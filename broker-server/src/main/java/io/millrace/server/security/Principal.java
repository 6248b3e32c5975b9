package io.millrace.server.security;

/**
 * The identity of a client. The {@link Authorizer} uses it to decide what the client may do.
 *
 * @param name the name of the client in the log and in error messages
 */
public record Principal(String name) {

  /** The identity of every client, because the broker has no authentication. */
  public static final Principal ANONYMOUS = new Principal("anonymous");
}
