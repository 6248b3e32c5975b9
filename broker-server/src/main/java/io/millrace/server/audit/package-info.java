/**
 * The audit log: who did what, or was not allowed to. Listeners and the server hand over an {@link
 * io.millrace.server.audit.AuditEvent}; one thread writes them. Not loaded without an audit log.
 */
package io.millrace.server.audit;
