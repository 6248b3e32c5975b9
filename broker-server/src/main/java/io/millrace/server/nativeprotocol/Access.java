package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.Topic;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.HiddenResourceException;
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
   *     that does not exist or that the session must not know
   * @throws HiddenResourceException for the name of a topic or a group that the session must not
   *     know
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
   * The rule of an api with which a member subscribes: it must be allowed to join the group, to
   * read every topic that it names, and to read all topics that its pattern can match. So a member
   * never gets a partition that it cannot read, also of a topic that is created later.
   */
  static <R extends Request> Access<R> toSubscribedTopics(
      Function<R, String> group, Function<R, GroupSubscription> subscription) {
    Access<R> toGroup = toGroup(Operation.JOIN, group);
    return (authorizer, session, request) -> {
      toGroup.require(authorizer, session, request);
      GroupSubscription wanted = subscription.apply(request);
      for (String topic : wanted.topics()) {
        authorizer.require(session, Operation.READ, Resource.topic(topic));
      }
      if (!wanted.pattern().isEmpty()) {
        requirePattern(authorizer, session, wanted.pattern());
      }
    };
  }

  private static void requirePattern(Authorizer authorizer, Session session, String pattern) {
    String prefix = pattern.split("[*?]", 2)[0];
    if (!authorizer.allowsPrefix(session, Operation.READ, Resource.Kind.TOPIC, prefix)) {
      throw authorizer.deny(
          session,
          Operation.READ,
          "every topic whose name begins with "
              + Quoted.text(prefix)
              + ", as the pattern "
              + Quoted.text(pattern)
              + " needs; subscribe to topics by name, or allow 'read topic:"
              + prefix
              + "*'");
    }
  }

  /**
   * The rule of OPEN_QUEUE: the session must be allowed to join the group, to read the topic, and
   * to write to a topic that it names for dead letters, and to create it if there is none: the
   * broker will do both for it. The default topic of dead letters belongs to the queue and needs no
   * permission.
   */
  static Access<OpenQueueRequest> toQueue(Broker broker) {
    return Access.<OpenQueueRequest>toGroup(Operation.JOIN, OpenQueueRequest::group)
        .and(toTopic(Operation.READ, OpenQueueRequest::topic))
        .and(
            (authorizer, session, request) -> {
              String deadLetters = request.settings().deadLetterTopic();
              if (!deadLetters.isEmpty()) {
                Resource letters = Resource.topic(deadLetters);
                authorizer.require(session, Operation.WRITE, letters);
                if (broker.findTopic(deadLetters).isEmpty()) {
                  authorizer.require(session, Operation.CREATE, letters);
                }
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
   * For an api whose requests have the id of a topic. A decision takes too little of a request for
   * a cache of decisions that could be out of date.
   */
  static <R extends Request> Access<R> toTopic(
      Broker broker, Operation operation, Function<R, UUID> id) {
    return (authorizer, session, request) -> {
      UUID topicId = id.apply(request);
      requireById(authorizer, session, operation, broker.topic(topicId));
    };
  }

  private static void requireById(
      Authorizer authorizer, Session session, Operation operation, Topic topic) {
    try {
      authorizer.require(session, operation, Resource.topic(topic.name()));
    } catch (HiddenResourceException e) {
      throw BrokerException.unknownTopic(topic.id());
    }
  }

  /**
   * The rule of PRODUCE: the session must be allowed to write to the topic, and to write events of
   * the sources in the batch. The sources are read only if a rule limits them.
   */
  static Access<ProduceRequest> toProduce(Broker broker) {
    return (authorizer, session, request) -> {
      Topic topic = broker.topic(request.topicId());
      requireById(authorizer, session, Operation.WRITE, topic);
      if (authorizer.limitsSources(session, topic.name())) {
        authorizer.requireSources(session, topic.name(), request.batch().nioBuffer());
      }
    };
  }
}
