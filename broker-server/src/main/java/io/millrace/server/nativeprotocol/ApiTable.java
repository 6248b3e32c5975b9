package io.millrace.server.nativeprotocol;

import static io.millrace.security.Operation.ALTER;
import static io.millrace.security.Operation.CREATE;
import static io.millrace.security.Operation.DELETE;
import static io.millrace.security.Operation.DESCRIBE;
import static io.millrace.security.Operation.READ;
import static io.millrace.security.Operation.WRITE;
import static io.millrace.server.nativeprotocol.Access.forAll;
import static io.millrace.server.nativeprotocol.Access.toBroker;
import static io.millrace.server.nativeprotocol.Access.toGroup;
import static io.millrace.server.nativeprotocol.Access.toGroupIfNamed;
import static io.millrace.server.nativeprotocol.Access.toQueue;
import static io.millrace.server.nativeprotocol.Access.toSubscribedTopics;
import static io.millrace.server.nativeprotocol.Access.toTopic;
import static io.millrace.server.nativeprotocol.Access.toTopicIfNamed;

import io.millrace.core.Broker;
import io.millrace.protocol.wire.AddPartitionsRequest;
import io.millrace.protocol.wire.AlterTopicRequest;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.CloseQueueRequest;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.ConfigureGroupRequest;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.CreditRequest;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeleteGroupRequest;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.DescribeBrokerRequest;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.FetchOffsetsRequest;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.LeaveGroupRequest;
import io.millrace.protocol.wire.ListDamageRequest;
import io.millrace.protocol.wire.ListGroupsRequest;
import io.millrace.protocol.wire.ListSourcesRequest;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.OffsetForTimeRequest;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.ResetOffsetsRequest;
import io.millrace.protocol.wire.SettleRequest;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.TakeRequest;
import io.millrace.protocol.wire.UnsubscribeRequest;
import io.millrace.server.security.Authorizer;

/**
 * The table of all apis of the native protocol except HELLO: the permission and the handler of
 * each. {@link RequestDispatcher} answers HELLO.
 *
 * <p>Some apis need no permission. OPEN_PRODUCER returns an id that gives access to no topic.
 * LIST_TOPICS, LIST_DAMAGE and LIST_GROUPS omit what the session may not describe. UNSUBSCRIBE and
 * CREDIT name a subscription of the same connection, and SUBSCRIBE has checked the permission for
 * it; so do TAKE, SETTLE and CLOSE_QUEUE with a queue.
 */
final class ApiTable {

  private ApiTable() {}

  static Routes routes(
      Broker broker, int defaultPartitions, Authorizer authorizer, SummaryHandler summaries) {
    GroupHandler groups = new GroupHandler(broker);
    GroupReportHandler groupReports = new GroupReportHandler(broker, authorizer);
    ProducerIdHandler producerIds = new ProducerIdHandler(broker);
    QueueRequestHandler queues = new QueueRequestHandler(broker);
    QueryHandler queries = new QueryHandler(broker);
    SubscriptionHandler subscriptions = new SubscriptionHandler(broker);
    TopicHandler topics = new TopicHandler(broker, defaultPartitions, authorizer);
    return new Routes(authorizer)
        .add(
            Api.PING,
            PingRequest.class,
            forAll(),
            (ping, pending) -> pending.answer(new EmptyResponse()))
        .add(
            Api.CREATE_TOPIC,
            CreateTopicRequest.class,
            toTopic(CREATE, CreateTopicRequest::name),
            topics::create)
        .add(
            Api.ALTER_TOPIC,
            AlterTopicRequest.class,
            toTopic(ALTER, AlterTopicRequest::name),
            topics::alter)
        .add(
            Api.ADD_PARTITIONS,
            AddPartitionsRequest.class,
            toTopic(ALTER, AddPartitionsRequest::name),
            topics::addPartitions)
        .add(
            Api.DELETE_TOPIC,
            DeleteTopicRequest.class,
            toTopic(DELETE, DeleteTopicRequest::name),
            topics::delete)
        .add(
            Api.DELETE_EVENTS,
            DeleteEventsRequest.class,
            toTopic(broker, DELETE, DeleteEventsRequest::topicId),
            new DeletionHandler(broker))
        .add(Api.LIST_TOPICS, ListTopicsRequest.class, forAll(), topics::list)
        .add(
            Api.DESCRIBE_TOPIC,
            DescribeTopicRequest.class,
            toTopic(DESCRIBE, DescribeTopicRequest::name),
            topics::describe)
        .add(Api.OPEN_PRODUCER, OpenProducerRequest.class, forAll(), producerIds::open)
        .add(
            Api.OPEN_NAMED_PRODUCER,
            OpenNamedProducerRequest.class,
            toTopic(broker, WRITE, OpenNamedProducerRequest::topicId),
            producerIds::openNamed)
        .add(
            Api.PRODUCE,
            ProduceRequest.class,
            toTopic(broker, WRITE, ProduceRequest::topicId),
            new ProduceHandler(broker))
        .add(
            Api.SUBSCRIBE,
            SubscribeRequest.class,
            Access.<SubscribeRequest>toTopic(broker, READ, SubscribeRequest::topicId)
                .and(toGroupIfNamed(READ, SubscribeRequest::group)),
            subscriptions::subscribe)
        .add(Api.UNSUBSCRIBE, UnsubscribeRequest.class, forAll(), subscriptions::unsubscribe)
        .add(Api.CREDIT, CreditRequest.class, forAll(), subscriptions::credit)
        .add(
            Api.OFFSET_FOR_TIME,
            OffsetForTimeRequest.class,
            toTopic(broker, DESCRIBE, OffsetForTimeRequest::topicId),
            queries::offsetForTime)
        .add(
            Api.LIST_SOURCES,
            ListSourcesRequest.class,
            toTopic(broker, DESCRIBE, ListSourcesRequest::topicId),
            queries::listSources)
        .add(
            Api.DESCRIBE_BROKER,
            DescribeBrokerRequest.class,
            toBroker(DESCRIBE),
            summaries::describe)
        .add(
            Api.LIST_DAMAGE,
            ListDamageRequest.class,
            toTopicIfNamed(DESCRIBE, ListDamageRequest::topic),
            new DamageHandler(broker, authorizer))
        .add(
            Api.JOIN_GROUP,
            JoinGroupRequest.class,
            toSubscribedTopics(JoinGroupRequest::group, JoinGroupRequest::subscription),
            groups::join)
        .add(
            Api.GROUP_BEAT,
            GroupBeatRequest.class,
            toSubscribedTopics(GroupBeatRequest::group, GroupBeatRequest::subscription),
            groups::beat)
        .add(
            Api.LEAVE_GROUP,
            LeaveGroupRequest.class,
            toGroup(READ, LeaveGroupRequest::group),
            groups::leave)
        .add(
            Api.COMMIT_OFFSETS,
            CommitOffsetsRequest.class,
            toGroup(READ, CommitOffsetsRequest::group),
            groups::commit)
        .add(
            Api.FETCH_OFFSETS,
            FetchOffsetsRequest.class,
            toGroup(READ, FetchOffsetsRequest::group),
            groups::fetch)
        .add(
            Api.RESET_OFFSETS,
            ResetOffsetsRequest.class,
            toGroup(ALTER, ResetOffsetsRequest::group),
            groups::reset)
        .add(
            Api.CONFIGURE_GROUP,
            ConfigureGroupRequest.class,
            toGroup(ALTER, ConfigureGroupRequest::group),
            groups::configure)
        .add(
            Api.DELETE_GROUP,
            DeleteGroupRequest.class,
            toGroup(DELETE, DeleteGroupRequest::group),
            groups::delete)
        .add(
            Api.DESCRIBE_GROUP,
            DescribeGroupRequest.class,
            toGroup(DESCRIBE, DescribeGroupRequest::group),
            groupReports::describe)
        .add(Api.LIST_GROUPS, ListGroupsRequest.class, forAll(), groupReports::list)
        .add(Api.OPEN_QUEUE, OpenQueueRequest.class, toQueue(), queues::open)
        .add(Api.TAKE, TakeRequest.class, forAll(), queues::take)
        .add(Api.SETTLE, SettleRequest.class, forAll(), queues::settle)
        .add(Api.CLOSE_QUEUE, CloseQueueRequest.class, forAll(), queues::close);
  }
}
