package io.millrace.client.internal.consumer;

import io.millrace.client.GroupPartition;
import io.millrace.client.MillraceException;
import io.millrace.client.internal.connection.BackoffRange;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.client.internal.group.GroupMember;
import io.millrace.client.internal.group.OwnershipListener;
import io.millrace.protocol.ErrorCode;
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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of a member: has them read, commits and releases them. Event loop only, except the
 * methods that say so. The consumer's thread gets a queue of {@link OwnershipChange}s.
 */
final class MemberPartitions implements OwnershipListener {

  private static final Logger LOG = LoggerFactory.getLogger(MemberPartitions.class);

  private static final long COMMIT_INTERVAL_MS = 1000;

  /** How far the application is; read by beats. */
  interface Progress {
    long sinceMicros();

    long handedOut();
  }

  private final ReconnectingLink link;
  private final GroupSettings settings;
  private final DeliveryQueue deliveries;
  private final Progress progress;
  private final GroupMember member;
  private final OffsetCommits commits;
  private final OwnedReading reading;
  private final Map<TopicPartition, OwnedPartition> owned = new LinkedHashMap<>();
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
    this.progress = progress;
    this.member = new GroupMember(link, settings.member(), this);
    MemberOwner owner = new MemberOwner();
    this.commits =
        new OffsetCommits(
            request -> link.request(request, true), owner, member::ask, owned::values);
    this.reading = new OwnedReading(link, settings, deliveries, backoff, random, owner);
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
    return reading.of(subscription);
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
                reading.again(partition, position);
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
    if (!OwnedReading.continuesAfter(cause)) {
      return cause;
    }
    link.execute(() -> reading.ended(partition, cause, position));
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
          owned.values().forEach(reading::stop);
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
    reading.begin(fresh);
  }

  @Override
  public void release(List<TopicPartition> partitions) {
    tell(new OwnershipChange.Revoking(partitions.stream().map(owned::get).toList()));
  }

  @Override
  public void lost(List<TopicPartition> partitions) {
    List<OwnedPartition> gone = partitions.stream().map(owned::remove).toList();
    gone.forEach(reading::stop);
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
    reading.stop(partition);
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
  private final class MemberOwner implements OwnedReading.Owner {

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

    @Override
    public boolean isLive(OwnedPartition partition) {
      return MemberPartitions.this.isLive(partition);
    }

    @Override
    public int partitions() {
      return owned.size();
    }

    @Override
    public void ask() {
      member.ask();
    }

    @Override
    public void failed(MillraceException why) {
      tell(new OwnershipChange.Failed(why));
    }
  }
}
