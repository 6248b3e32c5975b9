package io.millrace.server.authentication;

import io.millrace.server.security.Session;

/**
 * Learns of each authentication, for metrics, the log and the audit log. Called on event loops:
 * must neither block nor throw. Any thread.
 */
public interface AuthenticationObserver {

  /** A client has proved its identity, which the session has now. Renewals are included. */
  void succeeded(Session session, Login login);

  /**
   * A client has not.
   *
   * @param mechanism one that the broker knows, or {@code unknown}
   * @param subject the user or token that the client names, which may be anything; empty if none
   * @param reason for people; the client does not get it
   */
  void failed(Session session, String mechanism, String subject, String reason);

  /** As {@link #failed}, but nothing was checked: there were too many failures before. */
  void delayed(Session session, String mechanism, String subject);
}
