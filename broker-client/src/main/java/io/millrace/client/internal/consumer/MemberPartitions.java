package io.millrace.client.internal.consumer;

import io.millrace.client.GroupPartition;
import io.millrace.client.MillraceException;
import io.millrace.client.StartPosition;
import io.millrace.client.WhenMissing;
import io.millrace.client.internal.connection.BackoffRange;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.client.internal.connection.TopicRef;
import io.millrace.client.internal.group.GroupMember;
import io.millrace.client.internal.group.OwnershipListener;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CommittedPosition;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.FetchOffsetsRequest;
import io.millrace.protocol.wire.FetchOffsetsResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of a member: fetches their positions, subscribes them, commits and releases them.
 * Event loop only, except the methods that say so. The consumer's thread gets a queue of {@link
 * OwnershipChange}s.
 */
final class MemberPartitions implements OwnershipListener {

  private static final Logger LOG = LoggerFactory.getLogger(MemberPartitions.class);

  private static final long COMMIT_INTERVAL_MS = 1000;
  private static final long RETRY_MS = 500;

  /** How far the application is; read by beats. */
  interface Progress {
    long sinceMicros();

    long handedOut();
  }

  private final ReconnectingLink link;
  private final GroupSettings settings;
  private final DeliveryQueue deliveries;
  private final BackoffRange backoff;
  private final RandomGenerator random;
  private final Progress progress;
  private final GroupMember member;
  private final OffsetCommits commits;
  private final PositionFailures failures;
  private final RefusedSubscriptions refused;
  private final Map<TopicPartition, OwnedPartition> owned = new LinkedHashMap<>();
  private final Map<PartitionSubscription, OwnedPartition> subscribed = new ConcurrentHashMap<>();
  private final Queue<OwnershipChange> changes = new ConcurrentLinkedQueue<>();
  private Future<?> commitTimer;
  private boolean closed;

  MemberPartitions(
      ReconnectingLink link,
      GroupSettings settings,
      DeliveryQueue deliveries,
      BackoffRange backoff,
      RandomGenerator random,
      Progress progress) {
    this.link = link;
    this.settings = settings;
    this.deliveries = deliveries;
    this.backoff = backoff;
    this.random = random;
    this.progress = progress;
    this.failures = new PositionFailures(settings.group());
    this.refused =
        new RefusedSubscriptions(
            settings.group(), link.eventLoop(), backoff.start(random), this::isLive, this::again);
    this.member = new GroupMember(link, settings.member(), this);
    this.commits =
        new OffsetCommits(
            request -> link.request(request, true), new MemberOwner(), member::ask, owned::values);
  }

  /** Joins the group. Any thread. */
  CompletableFuture<Void> open() {
    link.execute(
        () ->
            commitTimer =
                link.eventLoop()
                    .scheduleWithFixedDelay(
                        commits::commitFinished,
                        COMMIT_INTERVAL_MS,
                        COMMIT_INTERVAL_MS,
                        TimeUnit.MILLISECONDS));
    return member.open();
  }

  /** The member. */
  GroupMember member() {
    return member;
  }

  /** The change that {@link #nextChange} takes; null if there is none. Any thread. */
  OwnershipChange firstChange() {
    return changes.peek();
  }

  /** Takes the next change for the consumer's thread; null if there is none. Any thread. */
  OwnershipChange nextChange() {
    return changes.poll();
  }

  /** The partition of a subscription; null if it is given up. Any thread. */
  OwnedPartition of(PartitionSubscription subscription) {
    return subscribed.get(subscription);
  }

  /**
   * Commits what is finished. Any thread.
   *
   * @param among partitions that may be gone; if one is, and has more to commit, the commit fails
   */
  CompletableFuture<Void> commit(Set<OwnedPartition> among) {
    CompletableFuture<Void> stored = new CompletableFuture<>();
    link.execute(
        () -> {
          Set<OwnedPartition> all = new LinkedHashSet<>(owned.values());
          all.addAll(among);
          copy(commits.flush(all), stored);
        });
    return stored;
  }

  /** The consumer's thread has stopped to read partitions: commits and gives them up. */
  void released(Collection<OwnedPartition> partitions) {
    link.execute(() -> partitions.forEach(this::giveUp));
  }

  /**
   * Subscribes partitions again at the given offsets. When this method returns, nothing of their
   * old subscriptions can be taken any more. The consumer's thread.
   *
   * @throws MillraceException if the client has ended, or its event loop is blocked
   */
  void readAgain(Map<OwnedPartition, Long> positions) {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    link.execute(
        () -> {
          positions.forEach(
              (partition, position) -> {
                partition.restarted();
                again(partition, position);
              });
          stopped.complete(null);
        });
    if (!link.awaitEventLoop(stopped)) {
      throw new MillraceException(
          ErrorCode.REQUEST_TIMEOUT,
          "events that were not finished cannot be read again: the client's event loop does not"
              + " run; "
              + ClientFailures.BLOCKED_LOOP);
    }
  }

  /**
   * The broker has ended the subscription of a partition, and all events before were taken. The
   * consumer's thread.
   *
   * @param position the offset of the next event
   * @return the failure of the consumer; null if it continues
   */
  MillraceException subscriptionEnded(
      OwnedPartition partition, MillraceException cause, long position) {
    if (!isPassing(cause.code())
        && cause.code() != ErrorCode.OFFSET_OUT_OF_RANGE
        && cause.code() != ErrorCode.LIMIT_REACHED) {
      return cause;
    }
    link.execute(() -> ended(partition, cause, position));
    return null;
  }

  /**
   * Ends the subscriptions, commits what is finished, and leaves the group. Any thread.
   *
   * @return completes when the broker has answered
   */
  CompletableFuture<Void> close() {
    CompletableFuture<Void> left = new CompletableFuture<>();
    link.execute(
        () -> {
          closed = true;
          commitTimer.cancel(false);
          owned.values().forEach(this::stopReading);
          CompletableFuture<Void> stored = commits.flush(owned.values());
          stored.whenComplete(
              (done, failure) -> {
                owned.values().forEach(OwnedPartition::markGone);
                commits.forget(); // more may have been finished after the flush
                member.leave().whenComplete((gone, never) -> copy(stored, left));
              });
        });
    return left;
  }

  @Override
  public void gained(List<TopicPartition> partitions) {
    List<OwnedPartition> fresh = new ArrayList<>();
    for (TopicPartition id : partitions) {
      OwnedPartition partition =
          new OwnedPartition(id, new GroupPartition(member.topic(id.topicId()), id.partition()));
      owned.put(id, partition);
      fresh.add(partition);
    }
    tell(new OwnershipChange.Assigned(fresh));
    fetchPositions(fresh);
  }

  @Override
  public void release(List<TopicPartition> partitions) {
    tell(new OwnershipChange.Revoking(partitions.stream().map(owned::get).toList()));
  }

  @Override
  public void lost(List<TopicPartition> partitions) {
    List<OwnedPartition> gone = partitions.stream().map(owned::remove).toList();
    gone.forEach(this::stopReading);
    gone.forEach(OwnedPartition::markGone);
    commits.forget();
    tell(new OwnershipChange.Lost(gone));
  }

  @Override
  public void removed(MillraceException why) {
    tell(new OwnershipChange.Removed());
  }

  @Override
  public void ended(MillraceException why) {
    tell(new OwnershipChange.Failed(why));
  }

  @Override
  public void sureAgain() {
    deliveries.nudge();
  }

  @Override
  public long sinceProgressMicros() {
    return progress.sinceMicros();
  }

  @Override
  public long handedOut() {
    return progress.handedOut();
  }

  private void tell(OwnershipChange change) {
    changes.add(change);
    deliveries.nudge();
  }

  private boolean isLive(OwnedPartition partition) {
    return !closed && !partition.isGone();
  }

  private void giveUp(OwnedPartition partition) {
    if (!isLive(partition)) {
      return;
    }
    stopReading(partition);
    commits
        .flush(List.of(partition))
        .whenComplete(
            (stored, failure) -> {
              if (failure != null) {
                LOG.warn(
                    "event=group_commit_failed group={} partition={} cause={}",
                    settings.group(),
                    partition.name(),
                    failure.toString());
              }
              if (isLive(partition)) {
                partition.markGone();
                owned.remove(partition.id());
                commits.forget(); // more may have been finished after the flush
                member.dropped(partition.id());
              }
            });
  }

  private void stopReading(OwnedPartition partition) {
    PartitionSubscription subscription = partition.subscription();
    if (subscription != null) {
      partition.subscription(null);
      subscribed.remove(subscription);
      subscription.close();
    }
  }

  private void fetchPositions(List<OwnedPartition> partitions) {
    List<OwnedPartition> live = partitions.stream().filter(this::isLive).toList();
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
    if (partitions.stream().noneMatch(this::isLive)) {
      return;
    }
    if (response instanceof FetchOffsetsResponse fetched) {
      Map<TopicPartition, Long> positions = new LinkedHashMap<>();
      for (CommittedPosition each : fetched.positions()) {
        positions.put(new TopicPartition(each.topicId(), each.partition()), each.offset());
      }
      for (OwnedPartition partition : partitions) {
        if (isLive(partition)) {
          start(partition, positions.getOrDefault(partition.id(), OwnedPartition.NONE));
        }
      }
    } else if (failure instanceof MillraceException cause
        && !cause.retriable()
        && !isPassing(cause.code())) {
      tell(new OwnershipChange.Failed(cause));
    } else {
      member.ask();
      later(() -> fetchPositions(partitions));
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
      case FAIL -> tell(new OwnershipChange.Failed(failures.noPosition(partition)));
    }
  }

  /**
   * @param wanted the position of the group; {@link OwnedPartition#NONE}: none
   */
  private void subscribe(OwnedPartition partition, StartPosition start, long wanted) {
    if (!isLive(partition)) {
      return;
    }
    int number = partition.id().partition();
    TopicRef topic = new TopicRef(partition.name().topic(), partition.id().topicId(), number + 1);
    ConsumerSettings reading = settings.reading().of(topic, number, start, creditShare());
    PartitionSubscription subscription =
        new PartitionSubscription(
            link, reading, number, new MemberOwner(), deliveries, backoff.start(random));
    stopReading(partition);
    partition.subscription(subscription);
    subscribed.put(subscription, partition);
    subscription
        .open()
        .whenComplete(
            (offset, failure) -> {
              if (!isLive(partition) || partition.subscription() != subscription) {
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
  private void ended(OwnedPartition partition, MillraceException cause, long position) {
    if (!isLive(partition)) {
      return;
    }
    stopReading(partition);
    if (cause.code() == ErrorCode.OFFSET_OUT_OF_RANGE && position != OwnedPartition.NONE) {
      positionLost(partition, position);
    } else if (cause.code() == ErrorCode.LIMIT_REACHED) {
      refused.refused(partition, cause, position);
    } else if (isPassing(cause.code()) || cause.retriable()) {
      member.ask();
      later(() -> again(partition, position));
    } else {
      tell(new OwnershipChange.Failed(cause));
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

  private void again(OwnedPartition partition, long position) {
    if (isLive(partition)) {
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
    if (isLive(partition)) { // or another member has it now
      tell(new OwnershipChange.Failed(failures.positionLost(partition, position, described)));
    }
  }

  private long creditShare() {
    return ConsumerBuilder.partitionCredit(settings.creditBytes(), owned.size());
  }

  private void later(Runnable task) {
    link.eventLoop().schedule(task, RETRY_MS, TimeUnit.MILLISECONDS);
  }

  private static void copy(CompletableFuture<Void> from, CompletableFuture<Void> to) {
    from.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            to.complete(null);
          } else {
            to.completeExceptionally(failure);
          }
        });
  }

  /** The broker delivers to the member only what it owns. */
  private final class MemberOwner implements SubscriptionOwner {

    @Override
    public String group() {
      return settings.group();
    }

    @Override
    public String member() {
      return member.member();
    }

    @Override
    public long epoch() {
      return member.epoch();
    }
  }
}
