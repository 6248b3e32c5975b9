package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.Topic;
import io.millrace.group.Reply;
import io.millrace.protocol.ErrorCode;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.HiddenResourceException;
import io.millrace.server.security.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

/**
 * The topics that a session may describe. For the session, the others do not exist: no answer lists
 * them, and no message suggests their names. Any thread.
 */
final class VisibleTopics {

  private final Broker broker;
  private final Authorizer authorizer;

  VisibleTopics(Broker broker, Authorizer authorizer) {
    this.broker = broker;
    this.authorizer = authorizer;
  }

  /** Selects the topics that a session may describe. */
  Predicate<Topic> to(Session session) {
    return topic -> isVisible(session, topic.name());
  }

  /** Whether a session may describe a topic with this name. */
  boolean isVisible(Session session, String topic) {
    return authorizer.allows(session, Operation.DESCRIBE, Resource.topic(topic));
  }

  /**
   * The result of a call of the core that has the name of a topic. If there is no such topic, the
   * message of the refusal suggests visible topics only.
   */
  <T> CompletableFuture<T> only(CompletableFuture<T> result, String name, Session session) {
    return result.exceptionally(
        failure -> {
          Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
          if (cause instanceof BrokerException e && e.code() == ErrorCode.UNKNOWN_TOPIC) {
            broker.topic(name, to(session)); // throws, unless the topic was created meanwhile
          }
          throw failure instanceof CompletionException e ? e : new CompletionException(failure);
        });
  }

  /** Refuses a request as if the topic or the group did not exist. */
  void refuse(HiddenResourceException hidden, PendingRequest pending) {
    Resource resource = hidden.resource();
    switch (resource.kind()) {
      case TOPIC ->
          pending.answerWhenDone(
              broker.lookUp(
                  () -> {
                    broker.topic(resource.name(), to(pending.session()));
                    throw hidden.denial(); // a rule has made the topic visible meanwhile
                  }));
      case GROUP -> {
        Reply.Refusal refusal = Reply.Refusal.unknownGroup(resource.name());
        pending.refuse(refusal.error(), refusal.message());
      }
      case BROKER -> pending.refuse(hidden.denial());
    }
  }
}
