package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.Topic;
import io.millrace.protocol.wire.AddPartitionsRequest;
import io.millrace.protocol.wire.AlterTopicRequest;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;

/**
 * The apis of topics. They can wait for the disk, so the core carries them out on its own threads.
 */
final class TopicHandler {

  private final Broker broker;
  private final int defaultPartitions;
  private final Authorizer authorizer;

  /**
   * @param defaultPartitions number of partitions of a topic whose creator gives none
   */
  TopicHandler(Broker broker, int defaultPartitions, Authorizer authorizer) {
    this.broker = broker;
    this.defaultPartitions = defaultPartitions;
    this.authorizer = authorizer;
  }

  void create(CreateTopicRequest request, PendingRequest pending) {
    int partitions = request.partitions() == 0 ? defaultPartitions : request.partitions();
    pending.answerWhenDone(
        broker
            .createTopic(request.name(), partitions, request.settings())
            .thenApply(TopicHandler::answer));
  }

  void alter(AlterTopicRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        broker.alterTopic(request.name(), request.changes()).thenApply(TopicHandler::answer));
  }

  void addPartitions(AddPartitionsRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        broker.addPartitions(request.name(), request.partitions()).thenApply(TopicHandler::answer));
  }

  void delete(DeleteTopicRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        broker.deleteTopic(request.name()).thenApply(deleted -> new EmptyResponse()));
  }

  /**
   * Answers with the topics that the session may describe, without the broker's internal topics
   * other than refused ones. An internal topic can be described by its name.
   */
  void list(ListTopicsRequest request, PendingRequest pending) {
    Session session = pending.session();
    pending.answerWhenDone(
        broker.lookUp(
            () ->
                new ListTopicsResponse(
                    broker.topics().stream()
                        .filter(topic -> !topic.internal() || topic.refused())
                        .filter(topic -> mayDescribe(session, topic))
                        .map(TopicInfos::of)
                        .toList())));
  }

  void describe(DescribeTopicRequest request, PendingRequest pending) {
    pending.answerWhenDone(broker.lookUp(() -> answer(broker.topic(request.name()))));
  }

  private boolean mayDescribe(Session session, Topic topic) {
    return authorizer.allows(session, Operation.DESCRIBE, Resource.topic(topic.name()));
  }

  private static Response answer(Topic topic) {
    return new TopicResponse(TopicInfos.of(topic));
  }
}
