package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;
import java.util.UUID;
import java.util.function.Function;

/**
 * The permission that a request needs: an operation on the resource that the request names.
 *
 * @param <R> the request of its api
 */
@FunctionalInterface
interface Access<R extends Request> {

  /**
   * Checks that the session may send this request.
   *
   * @throws BrokerException {@code NOT_AUTHORIZED}, or {@code UNKNOWN_TOPIC} for the id of a topic
   *     that does not exist
   */
  void require(Authorizer authorizer, Session session, R request);

  /** The rule of an api that every session may use. */
  static <R extends Request> Access<R> forAll() {
    return (authorizer, session, request) -> {};
  }

  /** The rule of an api that is about the broker as a whole. */
  static <R extends Request> Access<R> toBroker(Operation operation) {
    return (authorizer, session, request) ->
        authorizer.require(session, operation, Resource.BROKER);
  }

  /** The rule of an api whose requests have the name of a topic. The topic need not exist. */
  static <R extends Request> Access<R> toTopic(Operation operation, Function<R, String> name) {
    return (authorizer, session, request) ->
        authorizer.require(session, operation, Resource.topic(name.apply(request)));
  }

  /** The rule of an api whose requests have the name of a group. The group need not exist. */
  static <R extends Request> Access<R> toGroup(Operation operation, Function<R, String> name) {
    return (authorizer, session, request) ->
        authorizer.require(session, operation, Resource.group(name.apply(request)));
  }

  /** As {@link #toGroup}, or none for a request that names no group. */
  static <R extends Request> Access<R> toGroupIfNamed(
      Operation operation, Function<R, String> name) {
    Access<R> toGroup = toGroup(operation, name);
    return (authorizer, session, request) -> {
      if (!name.apply(request).isEmpty()) {
        toGroup.require(authorizer, session, request);
      }
    };
  }

  /** Both rules. */
  default Access<R> and(Access<R> other) {
    return (authorizer, session, request) -> {
      require(authorizer, session, request);
      other.require(authorizer, session, request);
    };
  }

  /**
   * The rule of an api with which a member subscribes: it must be allowed to read the group and
   * every topic that it names. SUBSCRIBE checks the topics that match a pattern.
   */
  static <R extends Request> Access<R> toSubscribedTopics(
      Function<R, String> group, Function<R, GroupSubscription> subscription) {
    Access<R> toGroup = toGroup(Operation.READ, group);
    return (authorizer, session, request) -> {
      toGroup.require(authorizer, session, request);
      for (String topic : subscription.apply(request).topics()) {
        authorizer.require(session, Operation.READ, Resource.topic(topic));
      }
    };
  }

  /**
   * The rule of OPEN_QUEUE: the session must be allowed to read the group and the topic, and to
   * write to a topic that it names for dead letters.
   */
  static Access<OpenQueueRequest> toQueue() {
    return Access.<OpenQueueRequest>toGroup(Operation.READ, OpenQueueRequest::group)
        .and(toTopic(Operation.READ, OpenQueueRequest::topic))
        .and(
            (authorizer, session, request) -> {
              String deadLetters = request.settings().deadLetterTopic();
              if (!deadLetters.isEmpty()) {
                authorizer.require(session, Operation.WRITE, Resource.topic(deadLetters));
              }
            });
  }

  /** The rule of an api whose requests have the name of a topic, or none for all topics. */
  static <R extends Request> Access<R> toTopicIfNamed(
      Operation operation, Function<R, String> name) {
    Access<R> toTopic = toTopic(operation, name);
    return (authorizer, session, request) -> {
      if (!name.apply(request).isEmpty()) {
        toTopic.require(authorizer, session, request);
      }
    };
  }

  /**
   * For an api whose requests have the id of a topic. Finding the topic's name and asking takes 5
   * to 12 ns of a PRODUCE request, which is too little for a cache of decisions that could be out
   * of date.
   */
  static <R extends Request> Access<R> toTopic(
      Broker broker, Operation operation, Function<R, UUID> id) {
    return (authorizer, session, request) ->
        authorizer.require(
            session, operation, Resource.topic(broker.topic(id.apply(request)).name()));
  }
}
