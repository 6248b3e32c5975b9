package io.millrace.server.audit;

import io.millrace.server.settings.AuditSettings;

/**
 * The audit log as listeners use it.
 *
 * @param data the reads and writes of events that a listener records
 */
public record ListenerAudit(AuditLog log, AuditSettings.Data data) {}
