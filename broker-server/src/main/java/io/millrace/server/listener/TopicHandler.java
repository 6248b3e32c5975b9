package io.millrace.server.listener;

import io.millrace.core.Broker;
import io.millrace.core.Topic;
import io.millrace.protocol.wire.AlterTopicRequest;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.TopicResponse;
import java.util.function.Supplier;

/** The apis about topics. They may touch the disk or take long: core's threads do the work. */
final class TopicHandler {

  private final Broker broker;
  private final int defaultPartitions;

  /**
   * @param defaultPartitions what a topic gets whose creator does not say
   */
  TopicHandler(Broker broker, int defaultPartitions) {
    this.broker = broker;
    this.defaultPartitions = defaultPartitions;
  }

  void addTo(Routes routes) {
    routes
        .add(Api.CREATE_TOPIC, CreateTopicRequest.class, this::create)
        .add(Api.ALTER_TOPIC, AlterTopicRequest.class, this::alter)
        .add(Api.DELETE_TOPIC, DeleteTopicRequest.class, this::delete)
        .add(Api.LIST_TOPICS, ListTopicsRequest.class, (request, call) -> lookUp(call, this::list))
        .add(
            Api.DESCRIBE_TOPIC,
            DescribeTopicRequest.class,
            (request, call) -> lookUp(call, () -> describe(request)));
  }

  private void create(CreateTopicRequest request, Call call) {
    int partitions = request.partitions() == 0 ? defaultPartitions : request.partitions();
    call.answerWhenDone(
        broker
            .createTopic(request.name(), partitions, request.settings())
            .thenApply(TopicHandler::answer));
  }

  private void alter(AlterTopicRequest request, Call call) {
    call.answerWhenDone(
        broker.alterTopic(request.name(), request.changes()).thenApply(TopicHandler::answer));
  }

  private void delete(DeleteTopicRequest request, Call call) {
    call.answerWhenDone(
        broker.deleteTopic(request.name()).thenApply(deleted -> new EmptyResponse()));
  }

  private void lookUp(Call call, Supplier<Response> lookup) {
    call.answerWhenDone(broker.lookUp(lookup));
  }

  /** Without the broker's internal topics; they can be described by name. */
  private Response list() {
    return new ListTopicsResponse(
        broker.topics().stream().filter(topic -> !topic.internal()).map(TopicInfos::of).toList());
  }

  private Response describe(DescribeTopicRequest request) {
    return answer(broker.topic(request.name()));
  }

  private static Response answer(Topic topic) {
    return new TopicResponse(TopicInfos.of(topic));
  }
}
