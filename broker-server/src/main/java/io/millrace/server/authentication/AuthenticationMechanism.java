package io.millrace.server.authentication;

import java.util.Optional;

/**
 * One way to prove an identity, such as {@code SCRAM-SHA-256}. Called on event loops: must neither
 * block nor run PBKDF2. Any thread.
 */
public interface AuthenticationMechanism {

  /** The name on the wire and in metrics. */
  String name();

  /** Whether clients of this connection may use it. */
  boolean isOffered(ConnectionSecurity connection);

  /**
   * The user or token that a first message names, for the limits against guessing: they are asked
   * before anything is computed. Cheap.
   *
   * @return empty if the message names none, or is malformed
   */
  Optional<String> subjectOf(byte[] firstMessage);

  /** Begins an authentication. */
  AuthenticationExchange begin(ConnectionSecurity connection);
}
