package io.millrace.server.audit;

import io.millrace.protocol.ErrorCode;

/** The events of the broker itself. */
public final class BrokerEvents {

  private BrokerEvents() {}

  /**
   * The broker serves clients.
   *
   * @param mode the addresses, and how clients are protected there
   */
  public static AuditEvent started(String mode) {
    return event("start", mode);
  }

  /** The broker stops. */
  public static AuditEvent stopped() {
    return event("stop", "");
  }

  private static AuditEvent event(String operation, String reason) {
    return new AuditEvent(
        AuditActor.BROKER, operation, "broker", AuditResult.ALLOWED, ErrorCode.NONE, "", reason);
  }
}
