package io.millrace.client.internal;

import io.millrace.client.AccessAdmin;
import io.millrace.client.Admin;
import io.millrace.client.BrokerDescription;
import io.millrace.client.DamageList;
import io.millrace.client.DamagedEvents;
import io.millrace.client.GroupDetails;
import io.millrace.client.GroupListing;
import io.millrace.client.GroupReset;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionDescription;
import io.millrace.client.PositionChange;
import io.millrace.client.SourceListing;
import io.millrace.client.TopicDescription;
import io.millrace.client.TopicSpec;
import io.millrace.client.internal.connection.BlockingCalls;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.AddPartitionsRequest;
import io.millrace.protocol.wire.AlterTopicRequest;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeleteEventsResponse;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.DeletionBound;
import io.millrace.protocol.wire.DeletionResult;
import io.millrace.protocol.wire.DescribeBrokerRequest;
import io.millrace.protocol.wire.DescribeBrokerResponse;
import io.millrace.protocol.wire.ListDamageRequest;
import io.millrace.protocol.wire.ListDamageResponse;
import io.millrace.protocol.wire.ListSourcesRequest;
import io.millrace.protocol.wire.ListSourcesResponse;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.OffsetForTimeRequest;
import io.millrace.protocol.wire.OffsetForTimeResponse;
import io.millrace.protocol.wire.PartitionInfo;
import io.millrace.protocol.wire.RefusingPartition;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Sends topic requests to the broker, and converts the responses to values of the API. Any thread.
 */
final class RemoteAdmin implements Admin {

  private final ReconnectingLink link;
  private final BlockingCalls calls;
  private final RemoteGroups groups;
  private final RemoteAccess access;

  RemoteAdmin(ReconnectingLink link, BlockingCalls calls) {
    this.link = link;
    this.calls = calls;
    this.groups = new RemoteGroups(link, calls);
    this.access = new RemoteAccess(link, calls);
  }

  @Override
  public TopicDescription createTopic(String name, TopicSpec spec) {
    Request request = new CreateTopicRequest(name, spec.partitions(), spec.settings());
    return describe(calls.request(request, false, TopicResponse.class).topic());
  }

  @Override
  public TopicDescription alterTopic(String name, Map<String, String> settings) {
    Request request = new AlterTopicRequest(name, settings);
    return describe(calls.request(request, true, TopicResponse.class).topic());
  }

  @Override
  public TopicDescription addPartitions(String name, int partitions) {
    link.requireSupported(Api.ADD_PARTITIONS);
    Request request = new AddPartitionsRequest(name, partitions);
    return describe(calls.request(request, true, TopicResponse.class).topic());
  }

  @Override
  public void deleteTopic(String name) {
    calls.request(new DeleteTopicRequest(name), false, Response.class);
  }

  @Override
  public Map<Integer, Long> deleteEventsBefore(String topic, Map<Integer, Long> offsets) {
    link.requireSupported(Api.DELETE_EVENTS);
    return deleteEventsBefore(describeTopic(topic), offsets);
  }

  @Override
  public Map<Integer, Long> deleteEventsBefore(TopicDescription topic, Map<Integer, Long> offsets) {
    link.requireSupported(Api.DELETE_EVENTS);
    List<DeletionBound> bounds =
        new TreeMap<>(offsets)
            .entrySet().stream()
                .map(each -> new DeletionBound(each.getKey(), each.getValue()))
                .toList();
    requireValid(bounds, topic);
    List<DeletionResult> results = new ArrayList<>();
    int from = 0;
    do {
      int to = Math.min(bounds.size(), from + DeleteEventsRequest.MAX_BOUNDS);
      Request request = new DeleteEventsRequest(topic.id(), bounds.subList(from, to));
      try {
        results.addAll(calls.request(request, true, DeleteEventsResponse.class).results());
      } catch (MillraceException e) {
        if (from == 0) {
          throw e;
        }
        throw DeletionOutcome.brokenOff(bounds, results, e);
      }
      from = to;
    } while (from < bounds.size());
    return DeletionOutcome.starts(bounds, results);
  }

  /** The broker refuses such a request as a whole, but not the requests before it. */
  private static void requireValid(List<DeletionBound> bounds, TopicDescription topic) {
    for (DeletionBound bound : bounds) {
      if (bound.partition() < 0 || bound.partition() >= topic.partitions().size()) {
        throw new MillraceException(
            ErrorCode.UNKNOWN_PARTITION,
            "topic '"
                + topic.name()
                + "' has partitions 0 to "
                + (topic.partitions().size() - 1)
                + ", not "
                + bound.partition());
      }
      if (bound.beforeOffset() < 0) {
        throw new MillraceException(
            ErrorCode.INVALID_REQUEST,
            "events before offset "
                + bound.beforeOffset()
                + " of partition "
                + bound.partition()
                + "; expected 0 or more");
      }
    }
  }

  @Override
  public List<TopicDescription> listTopics() {
    ListTopicsResponse response =
        calls.request(new ListTopicsRequest(), true, ListTopicsResponse.class);
    return response.topics().stream().map(RemoteAdmin::describe).toList();
  }

  @Override
  public TopicDescription describeTopic(String name) {
    return describe(calls.findTopic(name));
  }

  @Override
  public SourceListing listSources(String topic) {
    return listSources(topic, false);
  }

  @Override
  public SourceListing listSourcesExactly(String topic) {
    return listSources(topic, true);
  }

  private SourceListing listSources(String topic, boolean exact) {
    Request request =
        new ListSourcesRequest(calls.findTopic(topic).id(), IsolationLevel.DURABLE, exact);
    return SourcesAnswer.of(calls.request(request, true, ListSourcesResponse.class));
  }

  @Override
  public long offsetForTime(String topic, int partition, Instant timestamp) {
    Request request =
        new OffsetForTimeRequest(
            calls.findTopic(topic).id(),
            partition,
            EpochMicros.of(timestamp),
            IsolationLevel.DURABLE);
    return calls.request(request, true, OffsetForTimeResponse.class).offset();
  }

  @Override
  public DamageList listDamage() {
    return damage(new ListDamageRequest("", ListDamageRequest.ALL_PARTITIONS, 0));
  }

  @Override
  public DamageList listDamage(String topic) {
    return damage(new ListDamageRequest(requireNamed(topic), ListDamageRequest.ALL_PARTITIONS, 0));
  }

  @Override
  public Optional<DamagedEvents> nextDamage(String topic, int partition, long offset) {
    if (partition < 0) {
      throw new MillraceException(
          ErrorCode.UNKNOWN_PARTITION, "partition " + partition + "; expected 0 or more");
    }
    return damage(new ListDamageRequest(requireNamed(topic), partition, offset)).ranges().stream()
        .findFirst();
  }

  private DamageList damage(ListDamageRequest request) {
    link.requireSupported(Api.LIST_DAMAGE);
    return DamageAnswer.of(request, calls.request(request, true, ListDamageResponse.class));
  }

  /** Without a name, the request is for all topics. */
  private static String requireNamed(String topic) {
    if (topic.isEmpty()) {
      throw new MillraceException(ErrorCode.UNKNOWN_TOPIC, "the name of the topic is empty");
    }
    return topic;
  }

  @Override
  public BrokerDescription describeBroker() {
    link.requireSupported(Api.DESCRIBE_BROKER);
    DescribeBrokerResponse broker =
        calls.request(new DescribeBrokerRequest(), true, DescribeBrokerResponse.class);
    boolean full = broker.usableBytes() >= 0 && broker.usableBytes() < broker.neededBytes();
    return new BrokerDescription(
        broker.brokerId(),
        broker.brokerVersion(),
        EpochMicros.toInstant(broker.startedAtMicros()),
        broker.dataDirectory(),
        new BrokerDescription.Disk(broker.usableBytes(), full),
        broker.topics(),
        broker.partitions(),
        broker.events(),
        broker.connections(),
        broker.damagedRanges(),
        broker.refusingPartitions(),
        broker.refusing().stream().map(RemoteAdmin::describe).toList());
  }

  @Override
  public List<GroupListing> listGroups() {
    return groups.list();
  }

  @Override
  public GroupDetails describeGroup(String group) {
    return groups.describe(group);
  }

  @Override
  public List<PositionChange> previewReset(String group, GroupReset reset) {
    return groups.reset(group, reset, true);
  }

  @Override
  public List<PositionChange> resetGroup(String group, GroupReset reset) {
    return groups.reset(group, reset, false);
  }

  @Override
  public void configureGroup(String group, Duration offsetRetention) {
    groups.configure(group, offsetRetention);
  }

  @Override
  public void deleteGroup(String group) {
    groups.delete(group);
  }

  @Override
  public AccessAdmin access() {
    return access;
  }

  private static BrokerDescription.Refusal describe(RefusingPartition refusing) {
    return new BrokerDescription.Refusal(
        refusing.topic(),
        refusing.partition(),
        new PartitionDescription.Failure(refusing.failure(), refusing.failureMessage()));
  }

  private static TopicDescription describe(TopicInfo topic) {
    return new TopicDescription(
        topic.id(),
        topic.name(),
        EpochMicros.toInstant(topic.createdAtMicros()),
        topic.settings(),
        topic.partitions().stream().map(RemoteAdmin::describe).toList());
  }

  private static PartitionDescription describe(PartitionInfo partition) {
    Optional<PartitionDescription.Failure> failure =
        partition.failure() == ErrorCode.NONE
            ? Optional.empty()
            : Optional.of(
                new PartitionDescription.Failure(partition.failure(), partition.failureMessage()));
    return new PartitionDescription(
        partition.partition(),
        partition.start(),
        partition.durable(),
        partition.end(),
        partition.sizeBytes(),
        failure);
  }
}
