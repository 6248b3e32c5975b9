package io.millrace.server.nativeprotocol;

import static io.millrace.security.Operation.ALTER;
import static io.millrace.security.Operation.CREATE;
import static io.millrace.security.Operation.DELETE;
import static io.millrace.security.Operation.RESET;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.AddPartitionsRequest;
import io.millrace.protocol.wire.AlterTopicRequest;
import io.millrace.protocol.wire.ConfigureGroupRequest;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeleteGroupRequest;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.ResetOffsetsRequest;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.audit.AuditActor;
import io.millrace.server.audit.AuditEvent;
import io.millrace.server.audit.AuditLog;
import io.millrace.server.audit.AuditResult;
import io.millrace.server.audit.SessionActor;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;

/**
 * A request that changes something, as the audit log has it. Requests that the authorizer refuses
 * do not come here: it records them.
 *
 * @param allowedBy the operation that a rule allows
 * @param allowedOn the resource of that rule
 * @param name the operation in the audit log
 * @param resource the resource in the audit log
 */
record AuditedChange(
    Operation allowedBy, Resource allowedOn, String name, String resource, String details) {

  /**
   * Has the outcome of a request recorded, if it is a change.
   *
   * @param pending not answered yet
   */
  static void watch(
      AuditLog audit,
      Authorizer authorizer,
      Broker broker,
      Request request,
      PendingRequest pending) {
    AuditedChange change = of(broker, request);
    if (change != null) {
      Session session = pending.session();
      String rule = authorizer.ruleOf(session, change.allowedBy, change.allowedOn);
      AuditActor actor = SessionActor.of(session);
      pending.onEnd((code, message) -> audit.record(change.ended(actor, rule, code, message)));
    }
  }

  /** Null if the request changes nothing. */
  private static AuditedChange of(Broker broker, Request request) {
    if (request instanceof CreateTopicRequest create) {
      String details = "partitions=" + create.partitions() + " settings=" + create.settings();
      return topic(CREATE, CREATE.text(), create.name(), details);
    }
    if (request instanceof AlterTopicRequest alter) {
      return topic(ALTER, ALTER.text(), alter.name(), "settings=" + alter.changes());
    }
    if (request instanceof AddPartitionsRequest add) {
      return topic(ALTER, "addPartitions", add.name(), "partitions=" + add.partitions());
    }
    if (request instanceof DeleteTopicRequest delete) {
      return topic(DELETE, DELETE.text(), delete.name(), "");
    }
    if (request instanceof DeleteEventsRequest delete) {
      return topic(DELETE, "deleteEvents", nameOf(broker, delete), "before=" + delete.bounds());
    }
    if (request instanceof ResetOffsetsRequest reset) {
      return group(RESET, RESET.text(), reset.group());
    }
    if (request instanceof ConfigureGroupRequest configure) {
      return group(ALTER, "configure", configure.group());
    }
    if (request instanceof DeleteGroupRequest delete) {
      return group(DELETE, DELETE.text(), delete.group());
    }
    return AuditedAccessChange.of(request);
  }

  private static AuditedChange topic(
      Operation allowedBy, String name, String topic, String details) {
    return of(allowedBy, Resource.topic(topic), name, details);
  }

  private static AuditedChange group(Operation allowedBy, String name, String group) {
    return of(allowedBy, Resource.group(group), name, "");
  }

  private static AuditedChange of(
      Operation allowedBy, Resource resource, String name, String details) {
    return new AuditedChange(allowedBy, resource, name, SessionActor.text(resource), details);
  }

  /** The topic may have been deleted since the request was allowed. */
  private static String nameOf(Broker broker, DeleteEventsRequest request) {
    try {
      return broker.topic(request.topicId()).name();
    } catch (BrokerException e) {
      return request.topicId().toString();
    }
  }

  private AuditEvent ended(AuditActor actor, String rule, ErrorCode code, String message) {
    boolean done = code == ErrorCode.NONE;
    return new AuditEvent(
        actor,
        name,
        resource,
        done ? AuditResult.ALLOWED : AuditResult.FAILED,
        code,
        rule,
        done ? details : message);
  }
}
