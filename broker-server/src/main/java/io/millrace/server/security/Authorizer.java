package io.millrace.server.security;

import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;

/**
 * Decides which session may do what. Every listener asks it before it serves a request. Called on
 * event loops, for each request: must not block. Any thread.
 */
@FunctionalInterface
public interface Authorizer {

  /** Whether the session may do this. */
  boolean allows(Session session, Operation operation, Resource resource);

  /**
   * Does nothing if the session may do this.
   *
   * @throws BrokerException {@code NOT_AUTHORIZED} if it may not
   */
  default void require(Session session, Operation operation, Resource resource) {
    if (!allows(session, operation, resource)) {
      throw new BrokerException(
          ErrorCode.NOT_AUTHORIZED,
          "principal '"
              + session.principal().name()
              + "' is not allowed to "
              + operation
              + " "
              + resource.text());
    }
  }

  /** Allows everything to everyone. */
  static Authorizer allowAll() {
    return (session, operation, resource) -> true;
  }
}
