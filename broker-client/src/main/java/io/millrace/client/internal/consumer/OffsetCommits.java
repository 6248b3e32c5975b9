package io.millrace.client.internal.consumer;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.client.internal.group.GroupMember;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.CommitOffsetsResponse;
import io.millrace.protocol.wire.OffsetOutcome;
import io.millrace.protocol.wire.OffsetToCommit;
import io.millrace.protocol.wire.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the finished positions of a member, with one request at a time: so the positions of a
 * partition reach the broker in order. Event loop only.
 */
final class OffsetCommits {

  private static final Logger LOG = LoggerFactory.getLogger(OffsetCommits.class);

  /** The protocol's limit for one request. */
  private static final int MAX_OFFSETS = 10_000;

  private static final int UNKNOWN_LEADER_EPOCH = -1;

  /** Who waits until positions are stored. */
  private record Waiter(Map<OwnedPartition, Long> open, CompletableFuture<Void> future) {}

  private final ReconnectingLink link;
  private final String group;
  private final GroupMember member;
  private final Supplier<Collection<OwnedPartition>> owned;
  private final List<Waiter> waiters = new ArrayList<>();
  private boolean inFlight;

  /**
   * @param owned the partitions that the member owns now
   */
  OffsetCommits(
      ReconnectingLink link,
      String group,
      GroupMember member,
      Supplier<Collection<OwnedPartition>> owned) {
    this.link = link;
    this.group = group;
    this.member = member;
    this.owned = owned;
  }

  /** Commits what is finished and not committed. A failure is tried again with the next call. */
  void commitFinished() {
    if (!inFlight) {
      send();
    }
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
    commitFinished();
    return waiter.future();
  }

  /** Partitions are gone: nothing can be committed there any more. */
  void forget() {
    settle(Map.of());
  }

  private void send() {
    List<OwnedPartition> sent =
        owned.get().stream().filter(OwnedPartition::isDirty).limit(MAX_OFFSETS).toList();
    if (sent.isEmpty()) {
      return;
    }
    List<OffsetToCommit> offsets =
        sent.stream()
            .map(
                each ->
                    new OffsetToCommit(
                        each.id().topicId(),
                        each.id().partition(),
                        each.finished(),
                        UNKNOWN_LEADER_EPOCH,
                        ""))
            .toList();
    inFlight = true;
    CommitOffsetsRequest request =
        new CommitOffsetsRequest(group, member.member(), member.epoch(), offsets);
    link.request(request, true)
        .whenComplete((response, failure) -> answered(sent, offsets, response, failure));
  }

  private void answered(
      List<OwnedPartition> sent,
      List<OffsetToCommit> offsets,
      Response response,
      Throwable failure) {
    inFlight = false;
    if (failure == null
        && response instanceof CommitOffsetsResponse answer
        && answer.outcomes().size() == sent.size()) {
      settle(takeOver(sent, offsets, answer.outcomes()));
      if (!waiters.isEmpty()) {
        send();
      }
      return;
    }
    MillraceException why =
        failure instanceof MillraceException cause
            ? cause
            : ClientFailures.brokenProtocol("not one outcome for each offset of a commit");
    LOG.debug("event=group_commit_failed group={} cause={}", group, why.toString());
    if (isRemoval(why.code())) {
      member.ask();
    }
    List<Waiter> failed = List.copyOf(waiters);
    waiters.clear();
    failed.forEach(waiter -> waiter.future().completeExceptionally(why));
  }

  /** Notes what the broker has stored. Returns the refusals. */
  private Map<OwnedPartition, MillraceException> takeOver(
      List<OwnedPartition> sent, List<OffsetToCommit> offsets, List<OffsetOutcome> outcomes) {
    Map<OwnedPartition, MillraceException> refused = new HashMap<>();
    boolean removed = false;
    for (int i = 0; i < sent.size(); i++) {
      OwnedPartition partition = sent.get(i);
      OffsetOutcome outcome = outcomes.get(i);
      if (outcome.error() == ErrorCode.NONE) {
        partition.committed(offsets.get(i).offset());
      } else if (outcome.error() == ErrorCode.OFFSET_BEHIND) {
        partition.committed(outcome.committed()); // a repeated request came after a newer one
      } else {
        refused.put(partition, new MillraceException(outcome.error(), outcome.message()));
        removed |= isRemoval(outcome.error());
      }
    }
    if (removed) {
      member.ask();
    }
    return refused;
  }

  private static boolean isRemoval(ErrorCode code) {
    return code == ErrorCode.STALE_MEMBER || code == ErrorCode.UNKNOWN_MEMBER;
  }

  /** Completes the waiters whose positions are stored, refused or lost. */
  private void settle(Map<OwnedPartition, MillraceException> refused) {
    List<Runnable> completions = new ArrayList<>();
    for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
      Waiter waiter = each.next();
      waiter.open().entrySet().removeIf(open -> open.getKey().committed() >= open.getValue());
      MillraceException refusal = refusal(waiter, refused);
      if (refusal != null) {
        completions.add(() -> waiter.future().completeExceptionally(refusal));
        each.remove();
      } else if (waiter.open().isEmpty()) {
        completions.add(() -> waiter.future().complete(null));
        each.remove();
      }
    }
    completions.forEach(Runnable::run); // may add waiters
  }

  private MillraceException refusal(Waiter waiter, Map<OwnedPartition, MillraceException> refused) {
    for (OwnedPartition partition : waiter.open().keySet()) {
      if (refused.containsKey(partition)) {
        return refused.get(partition);
      }
      if (partition.isGone()) {
        return new MillraceException(
            ErrorCode.STALE_MEMBER,
            "group '"
                + group
                + "': this member does not own "
                + partition.name()
                + " any more; its events that were not committed come again");
      }
    }
    return null;
  }
}
