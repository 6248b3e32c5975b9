package io.millrace.server.nativeprotocol;

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

/** The apis about topics. They may touch the disk or take long, and run beside the loops. */
final class TopicHandler {

  private final Broker broker;
  private final ControlThreads control;
  private final int defaultPartitions;

  /**
   * @param defaultPartitions what a topic gets whose creator does not say
   */
  TopicHandler(Broker broker, ControlThreads control, int defaultPartitions) {
    this.broker = broker;
    this.control = control;
    this.defaultPartitions = defaultPartitions;
  }

  void addTo(Routes routes) {
    routes
        .add(
            Api.CREATE_TOPIC,
            CreateTopicRequest.class,
            (r, pending) -> change(pending, () -> create(r)))
        .add(
            Api.ALTER_TOPIC,
            AlterTopicRequest.class,
            (r, pending) -> change(pending, () -> alter(r)))
        .add(
            Api.DELETE_TOPIC,
            DeleteTopicRequest.class,
            (r, pending) -> change(pending, () -> delete(r)))
        .add(Api.LIST_TOPICS, ListTopicsRequest.class, (r, pending) -> lookUp(pending, this::list))
        .add(
            Api.DESCRIBE_TOPIC,
            DescribeTopicRequest.class,
            (r, pending) -> lookUp(pending, () -> describe(r)));
  }

  private void change(PendingRequest pending, Supplier<Response> work) {
    control.changes().execute(() -> pending.answerWith(work));
  }

  private void lookUp(PendingRequest pending, Supplier<Response> work) {
    control.lookups().execute(() -> pending.answerWith(work));
  }

  private Response create(CreateTopicRequest request) {
    int partitions = request.partitions() == 0 ? defaultPartitions : request.partitions();
    return answer(broker.createTopic(request.name(), partitions, request.settings()));
  }

  private Response alter(AlterTopicRequest request) {
    return answer(broker.alterTopic(request.name(), request.changes()));
  }

  private Response delete(DeleteTopicRequest request) {
    broker.deleteTopic(request.name());
    return new EmptyResponse();
  }

  private Response list() {
    return new ListTopicsResponse(broker.topics().stream().map(TopicInfos::of).toList());
  }

  private Response describe(DescribeTopicRequest request) {
    return answer(broker.topic(request.name()));
  }

  private static Response answer(Topic topic) {
    return new TopicResponse(TopicInfos.of(topic));
  }
}
