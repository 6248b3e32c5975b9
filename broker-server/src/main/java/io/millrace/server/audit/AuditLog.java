package io.millrace.server.audit;

/** Takes the events of the audit log. */
@FunctionalInterface
public interface AuditLog {

  /**
   * Hands over an event, which a thread of the audit log writes. Any thread, also an event loop:
   * does not block and does not throw. If too much waits, the event is counted and not written.
   */
  void record(AuditEvent event);
}
