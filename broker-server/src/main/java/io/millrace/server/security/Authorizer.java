package io.millrace.server.security;

import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;
import io.millrace.security.Operation;
import io.millrace.security.Resource;

/**
 * Decides whether a session may do an operation. Every listener asks it before it serves a request.
 * Called on event loops: must not block. Any thread.
 */
@FunctionalInterface
public interface Authorizer {

  /** Whether the session may do the operation on the resource. */
  boolean allows(Session session, Operation operation, Resource resource);

  /**
   * Checks that the session may do the operation on the resource.
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
              + operation.text()
              + " "
              + resource.text());
    }
  }

  /** Allows every operation to every session. */
  static Authorizer allowAll() {
    return (session, operation, resource) -> true;
  }
}
