package io.millrace.server.audit;

import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.HiddenResourceException;
import io.millrace.server.security.Session;
import java.nio.ByteBuffer;

/**
 * Records what an authorizer denies to requests. A list leaves out what the client may not describe
 * ({@link #allows}), which is no denial.
 */
public record AuditedAuthorizer(Authorizer authorizer, AuditLog audit) implements Authorizer {

  @Override
  public boolean allows(Session session, Operation operation, Resource resource) {
    return authorizer.allows(session, operation, resource);
  }

  @Override
  public boolean allowsPrefix(
      Session session, Operation operation, Resource.Kind kind, String text) {
    return authorizer.allowsPrefix(session, operation, kind, text);
  }

  @Override
  public boolean limitsSources(Session session, String topic) {
    return authorizer.limitsSources(session, topic);
  }

  @Override
  public String ruleOf(Session session, Operation operation, Resource resource) {
    return authorizer.ruleOf(session, operation, resource);
  }

  @Override
  public void onChange(Runnable listener) {
    authorizer.onChange(listener);
  }

  @Override
  public void require(Session session, Operation operation, Resource resource) {
    try {
      authorizer.require(session, operation, resource);
    } catch (HiddenResourceException e) {
      record(session, operation, SessionActor.text(resource), e.denial());
      throw e;
    } catch (BrokerException e) {
      record(session, operation, SessionActor.text(resource), e);
      throw e;
    }
  }

  @Override
  public void requireSources(Session session, String topic, ByteBuffer batch) {
    try {
      authorizer.requireSources(session, topic, batch);
    } catch (BrokerException e) {
      record(session, Operation.WRITE, SessionActor.text(Resource.topic(topic)), e);
      throw e;
    }
  }

  @Override
  public BrokerException deny(Session session, Operation operation, String what) {
    BrokerException denial = authorizer.deny(session, operation, what);
    record(session, operation, what, denial);
    return denial;
  }

  private void record(
      Session session, Operation operation, String resource, BrokerException denial) {
    if (denial.code() == ErrorCode.NOT_AUTHORIZED
        || denial.code() == ErrorCode.SOURCE_NOT_ALLOWED) {
      audit.record(
          AuditEvent.denied(
              SessionActor.of(session),
              operation.text(),
              resource,
              denial.code(),
              denial.getMessage()));
    }
  }
}
