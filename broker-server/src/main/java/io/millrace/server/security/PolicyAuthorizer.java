package io.millrace.server.security;

import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.record.BatchSources;
import io.millrace.security.AccessState;
import io.millrace.security.AllowedSources;
import io.millrace.security.Operation;
import io.millrace.security.Policy;
import io.millrace.security.Resource;
import io.millrace.security.RuleText;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Decides by the users, roles and rules of the broker. A decision reads the newest {@link Policy}:
 * nothing is cached, so that a change is in force for the next request. Any thread.
 */
public final class PolicyAuthorizer implements Authorizer {

  private static final int MAX_IDLE = 4;

  private final BlockingQueue<BatchSources> idle = new ArrayBlockingQueue<>(MAX_IDLE);
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final int maxRecordsBytes;
  private volatile Policy policy;

  /**
   * An authorizer that denies everything until it follows a store.
   *
   * @param maxRecordsBytes limit of the records of a batch, in bytes before compression
   */
  public PolicyAuthorizer(int maxRecordsBytes) {
    this.policy = new Policy(AccessState.empty(new byte[0]), 0);
    this.maxRecordsBytes = maxRecordsBytes;
  }

  /** Decides by a store and its changes from now on. Called once, before any change. */
  public void follow(AccessStore store) {
    store.onChange(this::changed);
    changed(store.current());
  }

  /** The policy that decides now. */
  public Policy policy() {
    return policy;
  }

  private synchronized void changed(AccessState state) {
    policy = new Policy(state, policy.version() + 1);
    listeners.forEach(Runnable::run);
  }

  @Override
  public boolean allows(Session session, Operation operation, Resource resource) {
    return policy.allows(session.principal(), operation, resource);
  }

  @Override
  public boolean allowsPrefix(
      Session session, Operation operation, Resource.Kind kind, String text) {
    return policy.allowsPrefix(session.principal(), operation, kind, text);
  }

  @Override
  public boolean limitsSources(Session session, String topic) {
    return !policy.sourcesOf(session.principal(), topic).isAny();
  }

  @Override
  public void requireSources(Session session, String topic, ByteBuffer batch) {
    AllowedSources allowed = policy.sourcesOf(session.principal(), topic);
    BatchSources reader = idle.poll();
    if (reader == null) {
      reader = new BatchSources(maxRecordsBytes);
    }
    try {
      reader.forEach(batch, source -> require(allowed, source, session, topic));
    } finally {
      idle.offer(reader); // if the queue is full, the garbage collector frees this one
    }
  }

  private static void require(
      AllowedSources allowed, String source, Session session, String topic) {
    if (!allowed.allows(source)) {
      throw new BrokerException(
          ErrorCode.SOURCE_NOT_ALLOWED,
          "principal "
              + Quoted.text(session.principal().name())
              + " is not allowed to write events of the source "
              + Quoted.text(source)
              + " to "
              + Resource.topic(topic).text()
              + "; allowed: "
              + allowed.text()
              + "; nothing of the batch is stored");
    }
  }

  @Override
  public String ruleOf(Session session, Operation operation, Resource resource) {
    return policy
        .decide(session.principal(), operation, resource)
        .rule()
        .map(RuleText::format)
        .orElse("");
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }
}
