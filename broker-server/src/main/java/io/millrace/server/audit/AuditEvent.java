package io.millrace.server.audit;

import io.millrace.protocol.ErrorCode;
import java.util.Objects;

/**
 * One audited operation. The audit log adds the time. Long texts are shortened.
 *
 * @param operation the operation of a rule, such as {@code write}, or {@code login}, {@code start},
 *     {@code stop}, and the names of changes, such as {@code addPartitions}
 * @param resource in the form of rules, such as {@code topic:rides} or {@code broker}; of changes
 *     also {@code user:NAME}, {@code token:ID} and others
 * @param code {@code NONE} if the result is {@code ALLOWED}
 * @param rule the rule that allowed it; empty if there is none
 * @param reason why it was denied or failed, or what was changed; empty if there is nothing to say
 */
public record AuditEvent(
    AuditActor actor,
    String operation,
    String resource,
    AuditResult result,
    ErrorCode code,
    String rule,
    String reason) {

  /** The operation of an event about the credential of a client. */
  public static final String LOGIN = "login";

  /** Shortens the texts. */
  public AuditEvent {
    Objects.requireNonNull(actor, "actor");
    Objects.requireNonNull(result, "result");
    Objects.requireNonNull(code, "code");
    operation = AuditText.shortened(operation);
    resource = AuditText.shortened(resource);
    rule = AuditText.shortened(rule);
    reason = AuditText.shortened(reason);
  }

  /** An operation that was carried out. */
  public static AuditEvent allowed(
      AuditActor actor, String operation, String resource, String rule) {
    return new AuditEvent(
        actor, operation, resource, AuditResult.ALLOWED, ErrorCode.NONE, rule, "");
  }

  /** An operation that was refused because the client may not do it. */
  public static AuditEvent denied(
      AuditActor actor, String operation, String resource, ErrorCode code, String reason) {
    return new AuditEvent(actor, operation, resource, AuditResult.DENIED, code, "", reason);
  }

  /** An operation that was allowed and failed. */
  public static AuditEvent failed(
      AuditActor actor, String operation, String resource, ErrorCode code, String reason) {
    return new AuditEvent(actor, operation, resource, AuditResult.FAILED, code, "", reason);
  }

  /**
   * Whether a client can repeat it at any rate without an effect on the broker. Equal events are
   * counted then. A change is never left out.
   */
  boolean isRepeatable() {
    return result != AuditResult.ALLOWED || operation.equals(LOGIN);
  }

  /** An estimate of the memory of the event, in bytes. */
  int heapBytes() {
    int chars =
        actor.chars() + operation.length() + resource.length() + rule.length() + reason.length();
    return 400 + 2 * chars;
  }
}
