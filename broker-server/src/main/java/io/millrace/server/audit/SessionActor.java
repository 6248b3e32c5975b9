package io.millrace.server.audit;

import io.millrace.security.Resource;
import io.millrace.server.security.Session;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Clients and resources as the audit log has them. */
public final class SessionActor {

  private SessionActor() {}

  /** The client of a session. */
  public static AuditActor of(Session session) {
    return new AuditActor(
        session.principal().name(),
        session.mechanism(),
        address(session.remoteAddress()),
        session.clientId());
  }

  /** The client of a session that claims another identity than the session has. */
  static AuditActor claiming(Session session, String principal, String mechanism) {
    return new AuditActor(
        principal, mechanism, address(session.remoteAddress()), session.clientId());
  }

  private static String address(SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      return inet.getAddress().getHostAddress() + ":" + inet.getPort();
    }
    return String.valueOf(address);
  }

  /** A resource in the form of rules, such as {@code topic:rides}. */
  public static String text(Resource resource) {
    String kind = resource.kind().text();
    return resource.name().isEmpty() ? kind : kind + ":" + resource.name();
  }
}
