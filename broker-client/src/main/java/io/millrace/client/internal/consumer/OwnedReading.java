package io.millrace.client.internal.consumer;

import io.millrace.client.MillraceException;
import io.millrace.client.StartPosition;
import io.millrace.client.WhenMissing;
import io.millrace.client.internal.connection.BackoffRange;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.client.internal.connection.TopicRef;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CommittedPosition;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.FetchOffsetsRequest;
import io.millrace.protocol.wire.FetchOffsetsResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.TopicPartition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the partitions of a member: fetches their positions, and subscribes them, again if that is
 * refused or ends. Event loop only, except the methods that say so.
 */
final class OwnedReading {

  private static final Logger LOG = LoggerFactory.getLogger(OwnedReading.class);

  private static final long RETRY_MS = 500;

  private final ReconnectingLink link;
  private final GroupSettings settings;
  private final DeliveryQueue deliveries;
  private final BackoffRange backoff;
  private final RandomGenerator random;
  private final Owner owner;
  private final PositionFailures failures;
  private final RefusedSubscriptions refused;
  private final Map<PartitionSubscription, OwnedPartition> subscribed = new ConcurrentHashMap<>();

  /** The member. */
  interface Owner extends SubscriptionOwner {

    /** Whether the member reads a partition: it owns it, and is open. */
    boolean isLive(OwnedPartition partition);

    /** The number of partitions that the member owns. */
    int partitions();

    /** Asks the broker at once what the member owns. */
    void ask();

    /** The consumer cannot continue. */
    void failed(MillraceException why);
  }

  OwnedReading(
      ReconnectingLink link,
      GroupSettings settings,
      DeliveryQueue deliveries,
      BackoffRange backoff,
      RandomGenerator random,
      Owner owner) {
    this.link = link;
    this.settings = settings;
    this.deliveries = deliveries;
    this.backoff = backoff;
    this.random = random;
    this.owner = owner;
    this.failures = new PositionFailures(settings.group());
    this.refused =
        new RefusedSubscriptions(
            settings.group(), link.eventLoop(), backoff.start(random), owner::isLive, this::again);
  }

  /** The partition of a subscription; null if it is given up. Any thread. */
  OwnedPartition of(PartitionSubscription subscription) {
    return subscribed.get(subscription);
  }

  /** Whether a consumer continues after the end of a subscription. Any thread. */
  static boolean continuesAfter(MillraceException cause) {
    return isPassing(cause.code())
        || cause.code() == ErrorCode.OFFSET_OUT_OF_RANGE
        || cause.code() == ErrorCode.LIMIT_REACHED;
  }

  /** Begins to read partitions, at the positions of the group. */
  void begin(List<OwnedPartition> partitions) {
    List<OwnedPartition> live = partitions.stream().filter(owner::isLive).toList();
    for (int i = 0; i < live.size(); i += OffsetCommits.MAX_OFFSETS) {
      fetch(live.subList(i, Math.min(live.size(), i + OffsetCommits.MAX_OFFSETS)));
    }
  }

  private void fetch(List<OwnedPartition> live) {
    FetchOffsetsRequest request =
        new FetchOffsetsRequest(settings.group(), live.stream().map(OwnedPartition::id).toList());
    link.request(request, true)
        .whenComplete((response, failure) -> positionsFetched(live, response, failure));
  }

  private void positionsFetched(
      List<OwnedPartition> partitions, Response response, Throwable failure) {
    if (partitions.stream().noneMatch(owner::isLive)) {
      return;
    }
    if (response instanceof FetchOffsetsResponse fetched) {
      Map<TopicPartition, Long> positions = new LinkedHashMap<>();
      for (CommittedPosition each : fetched.positions()) {
        positions.put(new TopicPartition(each.topicId(), each.partition()), each.offset());
      }
      for (OwnedPartition partition : partitions) {
        if (owner.isLive(partition)) {
          start(partition, positions.getOrDefault(partition.id(), OwnedPartition.NONE));
        }
      }
    } else if (failure instanceof MillraceException cause
        && !cause.retriable()
        && !isPassing(cause.code())) {
      owner.failed(cause);
    } else {
      owner.ask();
      later(() -> begin(partitions));
    }
  }

  private void start(OwnedPartition partition, long position) {
    if (position != OwnedPartition.NONE) {
      partition.committed(position);
      subscribe(partition, StartPosition.offset(position), position);
      return;
    }
    switch (settings.whenNoPosition()) {
      case EARLIEST -> subscribe(partition, StartPosition.earliest(), OwnedPartition.NONE);
      case LATEST -> subscribe(partition, StartPosition.latest(), OwnedPartition.NONE);
      case FAIL -> owner.failed(failures.noPosition(partition));
    }
  }

  /**
   * @param wanted the position of the group; {@link OwnedPartition#NONE}: none
   */
  private void subscribe(OwnedPartition partition, StartPosition start, long wanted) {
    if (!owner.isLive(partition)) {
      return;
    }
    int number = partition.id().partition();
    TopicRef topic = new TopicRef(partition.name().topic(), partition.id().topicId(), number + 1);
    ConsumerSettings reading = settings.reading().of(topic, number, start, creditShare());
    PartitionSubscription subscription =
        new PartitionSubscription(link, reading, number, owner, deliveries, backoff.start(random));
    stop(partition);
    partition.subscription(subscription);
    subscribed.put(subscription, partition);
    subscription
        .open()
        .whenComplete(
            (offset, failure) -> {
              if (!owner.isLive(partition) || partition.subscription() != subscription) {
                return;
              }
              if (failure == null) {
                started(partition, new PartitionCursor(subscription, reading, offset), wanted);
              } else {
                ended(partition, (MillraceException) failure, wanted);
              }
            });
  }

  private void started(OwnedPartition partition, PartitionCursor cursor, long wanted) {
    long start = cursor.position();
    if (wanted != OwnedPartition.NONE && wanted != start) {
      LOG.warn(
          "event=group_position_lost group={} partition={} position={} continuesAt={}"
              + " skippedEvents={}",
          settings.group(),
          partition.name(),
          wanted,
          start,
          Math.max(0, start - wanted));
    }
    boolean atLatest =
        cursor.settings().starts().get(cursor.partition()) instanceof StartPosition.Latest;
    if (atLatest) {
      partition.finished(start); // or the next owner would start at another "latest"
    }
    partition.started(cursor);
    deliveries.nudge();
    refused.accepted();
  }

  /** A subscription was refused or has ended, with all its events taken. */
  void ended(OwnedPartition partition, MillraceException cause, long position) {
    if (!owner.isLive(partition)) {
      return;
    }
    stop(partition);
    if (cause.code() == ErrorCode.OFFSET_OUT_OF_RANGE && position != OwnedPartition.NONE) {
      positionLost(partition, position);
    } else if (cause.code() == ErrorCode.LIMIT_REACHED) {
      refused.refused(partition, cause, position);
    } else if (isPassing(cause.code()) || cause.retriable()) {
      owner.ask();
      later(() -> again(partition, position));
    } else {
      owner.failed(cause);
    }
  }

  /** The assignment takes the partition away, if one of these codes is there to stay. */
  private static boolean isPassing(ErrorCode code) {
    return code == ErrorCode.STALE_MEMBER
        || code == ErrorCode.UNKNOWN_MEMBER
        || code == ErrorCode.UNKNOWN_GROUP
        || code == ErrorCode.UNKNOWN_TOPIC
        || code == ErrorCode.UNKNOWN_PARTITION;
  }

  /** Subscribes a partition again at a position. */
  void again(OwnedPartition partition, long position) {
    if (owner.isLive(partition)) {
      if (position == OwnedPartition.NONE) {
        start(partition, position);
      } else {
        subscribe(partition, StartPosition.offset(position), position);
      }
    }
  }

  private void positionLost(OwnedPartition partition, long position) {
    if (settings.whenPositionLost() == WhenMissing.FAIL) {
      link.request(new DescribeTopicRequest(partition.name().topic()), true)
          .whenComplete((response, failure) -> failLost(partition, position, response));
      return;
    }
    StartPosition start =
        settings.whenPositionLost() == WhenMissing.EARLIEST
            ? StartPosition.earliest()
            : StartPosition.latest();
    subscribe(partition, start, position);
  }

  private void failLost(OwnedPartition partition, long position, Response described) {
    if (owner.isLive(partition)) { // or another member has it now
      owner.failed(failures.positionLost(partition, position, described));
    }
  }

  private long creditShare() {
    return ConsumerBuilder.partitionCredit(settings.creditBytes(), owner.partitions());
  }

  private void later(Runnable task) {
    link.eventLoop().schedule(task, RETRY_MS, TimeUnit.MILLISECONDS);
  }

  /** Ends the subscription of a partition. */
  void stop(OwnedPartition partition) {
    PartitionSubscription subscription = partition.subscription();
    if (subscription != null) {
      partition.subscription(null);
      subscribed.remove(subscription);
      subscription.close();
    }
  }
}
