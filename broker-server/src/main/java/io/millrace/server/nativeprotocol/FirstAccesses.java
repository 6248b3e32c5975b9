package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.audit.AuditEvent;
import io.millrace.server.audit.AuditLog;
import io.millrace.server.audit.SessionActor;
import io.millrace.server.security.Session;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Records the first read and the first write of each connection in each topic. Any thread. */
final class FirstAccesses {

  /** The accesses of a connection that are remembered; then all of them count as new again. */
  private static final int MAX_REMEMBERED = 1_000;

  private record Access(Operation operation, String topic) {}

  private final AuditLog log;
  private final Broker broker;
  private final Map<Session, Set<Access>> seen = new ConcurrentHashMap<>();

  FirstAccesses(AuditLog log, Broker broker) {
    this.log = log;
    this.broker = broker;
  }

  void allowed(Request request, Session session) {
    if (request instanceof ProduceRequest produce) {
      accessed(session, Operation.WRITE, broker.topic(produce.topicId()).name());
    } else if (request instanceof SubscribeRequest subscribe) {
      accessed(session, Operation.READ, broker.topic(subscribe.topicId()).name());
    } else if (request instanceof OpenQueueRequest open) {
      accessed(session, Operation.READ, open.topic());
    }
  }

  private void accessed(Session session, Operation operation, String topic) {
    Set<Access> ofSession = seen.get(session);
    if (ofSession == null) {
      ofSession = seen.computeIfAbsent(session, each -> ConcurrentHashMap.newKeySet());
      session.onClose(() -> seen.remove(session));
    }
    if (ofSession.size() >= MAX_REMEMBERED) {
      ofSession.clear();
    }
    if (ofSession.add(new Access(operation, topic))) {
      log.record(
          AuditEvent.allowed(
              SessionActor.of(session),
              operation.text(),
              SessionActor.text(Resource.topic(topic)),
              ""));
    }
  }
}
