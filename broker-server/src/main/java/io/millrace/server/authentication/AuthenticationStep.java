package io.millrace.server.authentication;

/** The result of one message of a client in an authentication. */
public sealed interface AuthenticationStep {

  /** The mechanism needs another message. */
  record Challenge(byte[] data) implements AuthenticationStep {}

  /**
   * The client has proved its identity.
   *
   * @param data the last message for the client; may be empty
   */
  record Succeeded(Login login, byte[] data) implements AuthenticationStep {}

  /**
   * The authentication is over. The client gets the same answer for every reason.
   *
   * @param reason for the log and the audit log of the broker
   */
  record Failed(String reason) implements AuthenticationStep {}
}
