package io.millrace.server.audit;

import io.millrace.protocol.ErrorCode;
import io.millrace.server.authentication.AuthenticationObserver;
import io.millrace.server.authentication.Login;
import io.millrace.server.security.Session;

/** Records logins, renewals of credentials, and attempts that have failed. */
public record AuditedLogins(AuditLog audit) implements AuthenticationObserver {

  private static final String RESOURCE = "broker";

  @Override
  public void succeeded(Session session, Login login) {
    audit.record(AuditEvent.allowed(SessionActor.of(session), AuditEvent.LOGIN, RESOURCE, ""));
  }

  @Override
  public void failed(Session session, String mechanism, String subject, String reason) {
    denied(session, mechanism, subject, reason);
  }

  @Override
  public void delayed(Session session, String mechanism, String subject) {
    denied(session, mechanism, subject, "not checked, because of the failures before");
  }

  private void denied(Session session, String mechanism, String subject, String reason) {
    audit.record(
        AuditEvent.denied(
            SessionActor.claiming(session, subject, mechanism),
            AuditEvent.LOGIN,
            RESOURCE,
            ErrorCode.AUTHENTICATION_FAILED,
            reason));
  }
}
