package io.millrace.server.status;

import io.millrace.core.BrokerException;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Operation;
import io.millrace.server.security.Resource;
import io.millrace.server.security.Session;
import java.util.Optional;

/**
 * A status page and the permission that it needs.
 *
 * @param operation on the broker that the session must be allowed; empty for a page that every
 *     session may read
 */
public record PageRoute(Optional<Operation> operation, StatusPage.Source source) {

  /** A page for probes, which have no credentials. */
  public static PageRoute forAll(StatusPage.Source source) {
    return new PageRoute(Optional.empty(), source);
  }

  /** A page for sessions that are allowed an operation on the broker. */
  public static PageRoute requiring(Operation operation, StatusPage.Source source) {
    return new PageRoute(Optional.of(operation), source);
  }

  /**
   * Makes the page for a session.
   *
   * @throws BrokerException {@code NOT_AUTHORIZED} if the session may not read it
   */
  public StatusPage page(Authorizer authorizer, Session session) {
    operation.ifPresent(needed -> authorizer.require(session, needed, Resource.BROKER));
    return source.get();
  }
}
