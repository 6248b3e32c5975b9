package io.millrace.server.security.oidc;

/**
 * A token is refused. The message is for the broker's log. The client gets the answer of every
 * other failed login, so that it learns nothing about the check.
 */
public final class JwtRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  JwtRefusedException(String reason) {
    super(reason, null, false, false);
  }
}
