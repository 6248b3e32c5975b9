package io.millrace.server.status;

import io.millrace.core.BrokerException;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;
import java.util.Optional;

/**
 * A status page and the permission that it needs.
 *
 * @param operation the operation on the broker that the session must be allowed to do; empty if
 *     every session may read the page
 * @param costly whether the page can take long, because it lists partitions. A listener does not
 *     make it on an event loop, and not for each request
 * @param brief the page for sessions that are not allowed to do the operation; empty: they get none
 */
public record PageRoute(
    Optional<Operation> operation,
    boolean costly,
    StatusPage.Source source,
    Optional<StatusPage.Source> brief) {

  /** A page for probes, which have no credentials. */
  public static PageRoute forAll(StatusPage.Source source) {
    return new PageRoute(Optional.empty(), false, source, Optional.empty());
  }

  /**
   * A page for probes, with details for sessions that may do an operation on the broker.
   *
   * @param brief the page without details; it has the same status
   */
  public static PageRoute forAll(
      StatusPage.Source brief, Operation operation, StatusPage.Source detailed) {
    return new PageRoute(Optional.of(operation), false, detailed, Optional.of(brief));
  }

  /** A costly page for sessions that may do an operation on the broker. */
  public static PageRoute costly(Operation operation, StatusPage.Source source) {
    return new PageRoute(Optional.of(operation), true, source, Optional.empty());
  }

  /**
   * Checks that a session may read the page.
   *
   * @throws BrokerException {@code NOT_AUTHORIZED} if it may not
   */
  public void authorize(Authorizer authorizer, Session session) {
    operation.ifPresent(needed -> authorizer.require(session, needed, Resource.BROKER));
  }
}
