package io.millrace.client.internal.consumer;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.CommitOffsetsResponse;
import io.millrace.protocol.wire.OffsetOutcome;
import io.millrace.protocol.wire.OffsetToCommit;
import io.millrace.protocol.wire.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the finished positions of a member, with one request at a time: so the positions of a
 * partition reach the broker in order. A request takes the partitions that were sent longest ago. A
 * position that was refused is sent again by the next {@link #commitFinished}, or when somebody
 * waits for it. Event loop only.
 */
final class OffsetCommits {

  private static final Logger LOG = LoggerFactory.getLogger(OffsetCommits.class);

  /** The protocol's limit for one request. */
  static final int MAX_OFFSETS = 10_000;

  private static final int UNKNOWN_LEADER_EPOCH = -1;

  /** Who waits until positions are stored. */
  private record Waiter(Map<OwnedPartition, Long> open, CompletableFuture<Void> future) {}

  /** A position in a request, and the refusal of the broker. */
  private record Refusal(long position, MillraceException why) {}

  private final Function<CommitOffsetsRequest, CompletableFuture<Response>> broker;
  private final SubscriptionOwner owner;
  private final Runnable askForAssignment;
  private final Supplier<Collection<OwnedPartition>> owned;
  private final List<Waiter> waiters = new ArrayList<>();

  /** Refused since the last {@link #commitFinished}. */
  private final Set<OwnedPartition> paused = new HashSet<>();

  private long requests;
  private boolean inFlight;

  /**
   * @param broker sends a request, and repeats it if the connection breaks
   * @param askForAssignment asks the broker at once what the member owns
   * @param owned the partitions that the member owns now
   */
  OffsetCommits(
      Function<CommitOffsetsRequest, CompletableFuture<Response>> broker,
      SubscriptionOwner owner,
      Runnable askForAssignment,
      Supplier<Collection<OwnedPartition>> owned) {
    this.broker = broker;
    this.owner = owner;
    this.askForAssignment = askForAssignment;
    this.owned = owned;
  }

  /** Commits what is finished and not committed. A failure is tried again with the next call. */
  void commitFinished() {
    paused.clear();
    sendNext();
  }

  /**
   * Commits what is finished now in some partitions.
   *
   * @return completes when the broker has stored the positions, or refused one
   */
  CompletableFuture<Void> flush(Collection<OwnedPartition> partitions) {
    Map<OwnedPartition, Long> open = new HashMap<>();
    for (OwnedPartition each : partitions) {
      if (each.finished() > each.committed()) {
        open.put(each, each.finished());
      }
    }
    Waiter waiter = new Waiter(open, new CompletableFuture<>());
    waiters.add(waiter);
    settle(Map.of());
    sendNext();
    return waiter.future();
  }

  /** Partitions are gone: nothing can be committed there any more. */
  void forget() {
    paused.removeIf(OwnedPartition::isGone);
    settle(Map.of());
  }

  private void sendNext() {
    if (inFlight) {
      return;
    }
    List<OwnedPartition> next = next();
    if (!next.isEmpty()) {
      send(next);
    }
  }

  /** The partitions of the next request. */
  private List<OwnedPartition> next() {
    Set<OwnedPartition> awaited = new HashSet<>();
    if (!paused.isEmpty()) {
      waiters.forEach(waiter -> awaited.addAll(waiter.open().keySet()));
    }
    return owned.get().stream()
        .filter(OwnedPartition::isDirty)
        .filter(each -> !paused.contains(each) || awaited.contains(each))
        .sorted(Comparator.comparingLong(OwnedPartition::lastCommitRequest))
        .limit(MAX_OFFSETS)
        .toList();
  }

  private void send(List<OwnedPartition> sent) {
    requests++;
    List<OffsetToCommit> offsets = new ArrayList<>(sent.size());
    for (OwnedPartition each : sent) {
      each.lastCommitRequest(requests);
      offsets.add(
          new OffsetToCommit(
              each.id().topicId(),
              each.id().partition(),
              each.finished(),
              UNKNOWN_LEADER_EPOCH,
              ""));
    }
    inFlight = true;
    broker
        .apply(new CommitOffsetsRequest(owner.group(), owner.member(), owner.epoch(), offsets))
        .whenComplete((response, failure) -> answered(sent, offsets, response, failure));
  }

  private void answered(
      List<OwnedPartition> sent,
      List<OffsetToCommit> offsets,
      Response response,
      Throwable failure) {
    inFlight = false;
    Map<OwnedPartition, Refusal> refused;
    if (failure == null
        && response instanceof CommitOffsetsResponse answer
        && answer.outcomes().size() == sent.size()) {
      refused = takeOver(sent, offsets, answer.outcomes());
    } else {
      refused = refuseAll(sent, offsets, failure);
    }
    if (refused.values().stream().anyMatch(each -> isRemoval(each.why().code()))) {
      askForAssignment.run();
    }
    paused.addAll(refused.keySet());
    settle(refused);
    if (!waiters.isEmpty()) {
      sendNext();
    }
  }

  private Map<OwnedPartition, Refusal> refuseAll(
      List<OwnedPartition> sent, List<OffsetToCommit> offsets, Throwable failure) {
    MillraceException why =
        failure instanceof MillraceException cause
            ? cause
            : ClientFailures.brokenProtocol("not one outcome for each offset of a commit");
    LOG.debug("event=group_commit_failed group={} cause={}", owner.group(), why.toString());
    Map<OwnedPartition, Refusal> refused = new HashMap<>();
    for (int i = 0; i < sent.size(); i++) {
      refused.put(sent.get(i), new Refusal(offsets.get(i).offset(), why));
    }
    return refused;
  }

  /** Notes what the broker has stored. Returns the refusals. */
  private static Map<OwnedPartition, Refusal> takeOver(
      List<OwnedPartition> sent, List<OffsetToCommit> offsets, List<OffsetOutcome> outcomes) {
    Map<OwnedPartition, Refusal> refused = new HashMap<>();
    for (int i = 0; i < sent.size(); i++) {
      OwnedPartition partition = sent.get(i);
      OffsetOutcome outcome = outcomes.get(i);
      long position = offsets.get(i).offset();
      if (outcome.error() == ErrorCode.NONE) {
        partition.committed(position);
      } else if (outcome.error() == ErrorCode.OFFSET_BEHIND) {
        partition.committed(outcome.committed()); // a repeated request came after a newer one
      } else {
        MillraceException why = new MillraceException(outcome.error(), outcome.message());
        refused.put(partition, new Refusal(position, why));
      }
    }
    return refused;
  }

  private static boolean isRemoval(ErrorCode code) {
    return code == ErrorCode.STALE_MEMBER || code == ErrorCode.UNKNOWN_MEMBER;
  }

  /** Completes the waiters whose positions are stored, refused or lost. */
  private void settle(Map<OwnedPartition, Refusal> refused) {
    List<Runnable> completions = new ArrayList<>();
    for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
      Waiter waiter = each.next();
      waiter.open().entrySet().removeIf(open -> open.getKey().committed() >= open.getValue());
      MillraceException failure = failure(waiter, refused);
      if (failure != null) {
        completions.add(() -> waiter.future().completeExceptionally(failure));
        each.remove();
      } else if (waiter.open().isEmpty()) {
        completions.add(() -> waiter.future().complete(null));
        each.remove();
      }
    }
    completions.forEach(Runnable::run); // may add waiters
  }

  /** Why a position of a waiter is not stored; null: it may still be. */
  private MillraceException failure(Waiter waiter, Map<OwnedPartition, Refusal> refused) {
    for (Map.Entry<OwnedPartition, Long> open : waiter.open().entrySet()) {
      OwnedPartition partition = open.getKey();
      Refusal refusal = refused.get(partition);
      if (refusal != null && refusal.position() >= open.getValue()) {
        return refusal.why();
      }
      if (partition.isGone()) {
        return new MillraceException(
            ErrorCode.STALE_MEMBER,
            "group '"
                + owner.group()
                + "': this member does not own "
                + partition.name()
                + " any more; its events that were not committed come again");
      }
    }
    return null;
  }
}
