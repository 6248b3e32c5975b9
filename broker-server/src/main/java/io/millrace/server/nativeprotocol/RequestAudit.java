package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.protocol.wire.Request;
import io.millrace.server.audit.AuditLog;
import io.millrace.server.audit.ListenerAudit;
import io.millrace.server.security.Authorizer;
import io.millrace.server.settings.AuditSettings;
import java.util.Optional;

/** Records the requests of a listener that the audit log is about. Any thread. */
final class RequestAudit {

  private final AuditLog log;
  private final Authorizer authorizer;
  private final Broker broker;
  private final Optional<FirstAccesses> firstAccesses;

  private RequestAudit(
      AuditLog log, Authorizer authorizer, Broker broker, Optional<FirstAccesses> firstAccesses) {
    this.log = log;
    this.authorizer = authorizer;
    this.broker = broker;
    this.firstAccesses = firstAccesses;
  }

  static RequestAudit of(ListenerAudit audit, Authorizer authorizer, Broker broker) {
    boolean data = audit.data() == AuditSettings.Data.FIRST_PER_CONNECTION;
    return new RequestAudit(
        audit.log(),
        authorizer,
        broker,
        data ? Optional.of(new FirstAccesses(audit.log(), broker)) : Optional.empty());
  }

  /** Sees the allowed requests of these routes; returns them. */
  Routes watch(Routes routes) {
    return routes.watchedBy(this::allowed);
  }

  private void allowed(Request request, PendingRequest pending) {
    AuditedChange.watch(log, authorizer, broker, request, pending);
    if (firstAccesses.isPresent()) {
      firstAccesses.get().allowed(request, pending.session());
    }
  }
}
