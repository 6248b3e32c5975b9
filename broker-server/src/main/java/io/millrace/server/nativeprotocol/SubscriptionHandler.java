package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.EventFilter;
import io.millrace.core.GroupClaim;
import io.millrace.core.GroupCoordinator;
import io.millrace.core.Partition;
import io.millrace.core.SubscriptionSpec;
import io.millrace.core.SubscriptionStart;
import io.millrace.group.PartitionId;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.wire.CreditRequest;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.UnsubscribeRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** SUBSCRIBE, UNSUBSCRIBE and CREDIT. */
final class SubscriptionHandler {

  /**
   * How often a subscription from an event time is tried, because retention can delete its start.
   */
  private static final int MAX_ATTEMPTS = 3;

  private final Broker broker;

  SubscriptionHandler(Broker broker) {
    this.broker = broker;
  }

  void subscribe(SubscribeRequest request, PendingRequest pending) {
    positive(request.creditBytes());
    requireGroupOfMember(request);
    Partition partition = broker.partition(request.topicId(), request.partition());
    NativeConnection connection = pending.connection();
    ClientSubscription subscription =
        connection
            .subscriptions()
            .add(
                request.subscriptionId(),
                pending.version(),
                new SubscriptionAccess(broker.topic(request.topicId()).name(), request.group()),
                partition.owner(),
                connection);
    PendingSubscription begins =
        new PendingSubscription(request, pending, partition, subscription, filter(request));
    if (request.group().isEmpty()) {
      begins.attempt(1);
    } else {
      begins.guarded(broker.groups());
    }
  }

  /** Parses the filter in the background. */
  private CompletableFuture<Optional<EventFilter>> filter(SubscribeRequest request) {
    return request.filter().isEmpty()
        ? CompletableFuture.completedFuture(Optional.empty())
        : broker.parseFilter(request.filter()).thenApply(Optional::of);
  }

  /** A subscription that has not begun yet. */
  private record PendingSubscription(
      SubscribeRequest request,
      PendingRequest pending,
      Partition partition,
      ClientSubscription subscription,
      CompletableFuture<Optional<EventFilter>> filter) {

    /** Begins if the member owns the partition, and ends when it does not any more. */
    void guarded(GroupCoordinator groups) {
      PartitionId read = new PartitionId(request.topicId(), request.partition());
      groups
          .guard(new GroupClaim(request.group(), request.member(), request.memberEpoch(), read))
          .whenComplete(
              (fence, failure) -> {
                if (failure != null) {
                  subscription.refuse(failure, pending);
                } else {
                  subscription.guardedBy(fence);
                  attempt(1);
                }
              });
    }

    /** Finds the start, and begins there on the owner thread. Any thread. */
    void attempt(int number) {
      filter
          .thenCombine(startAt(), this::spec)
          .whenComplete(
              (spec, failure) -> {
                if (failure != null) {
                  subscription.refuse(failure, pending);
                } else {
                  partition.owner().execute(() -> begin(spec, number));
                }
              });
    }

    /** Finds an event time in the background, because the owner must not wait for the disk. */
    private CompletableFuture<SubscriptionStart> startAt() {
      long value = request.startValue();
      return switch (request.startKind()) {
        case EARLIEST -> CompletableFuture.completedFuture(new SubscriptionStart.Earliest());
        case LATEST -> CompletableFuture.completedFuture(new SubscriptionStart.Latest());
        case OFFSET -> CompletableFuture.completedFuture(new SubscriptionStart.Offset(value));
        case EVENT_TIME ->
            partition
                .offsetForTime(value, request.isolation())
                .thenApply(SubscriptionStart.Offset::new);
      };
    }

    private SubscriptionSpec spec(Optional<EventFilter> parsed, SubscriptionStart startAt) {
      return new SubscriptionSpec(
          startAt, request.isolation(), request.creditBytes(), request.sources(), parsed);
    }

    private void begin(SubscriptionSpec spec, int attempt) {
      try {
        subscription.begin(partition, spec, pending);
      } catch (RuntimeException e) {
        if (attempt < MAX_ATTEMPTS && deletedByRetention(e)) {
          attempt(attempt + 1);
        } else {
          subscription.refuse(e, pending);
        }
      }
    }

    /** Whether retention has deleted the offset that was found, before the subscription began. */
    private boolean deletedByRetention(RuntimeException e) {
      return request.startKind() == StartKind.EVENT_TIME
          && e instanceof BrokerException refusal
          && refusal.code() == ErrorCode.OFFSET_OUT_OF_RANGE;
    }
  }

  void unsubscribe(UnsubscribeRequest request, PendingRequest pending) {
    ConnectionSubscriptions subscriptions = pending.connection().subscriptions();
    ClientSubscription subscription =
        subscriptions
            .find(request.subscriptionId())
            .orElseThrow(
                () ->
                    new BrokerException(
                        ErrorCode.UNKNOWN_SUBSCRIPTION,
                        "the connection has no subscription "
                            + request.subscriptionId()
                            + "; it may just have ended"));
    subscriptions.remove(subscription);
    subscription.end(pending);
  }

  void credit(CreditRequest request, PendingRequest pending) {
    long bytes = positive(request.bytes());
    pending
        .connection()
        .subscriptions()
        .find(request.subscriptionId())
        .ifPresent(subscription -> subscription.addCredit(bytes));
    pending.leaveUnanswered();
  }

  /** A member that forgets its group would read without being guarded. */
  private static void requireGroupOfMember(SubscribeRequest request) {
    if (request.group().isEmpty() && !(request.member().isEmpty() && request.memberEpoch() == 0)) {
      throw new BrokerException(
          ErrorCode.INVALID_REQUEST,
          "the subscription has member "
              + Quoted.text(request.member())
              + " with epoch "
              + request.memberEpoch()
              + " and no group; name the group, or leave the member empty and the epoch 0");
    }
  }

  private static long positive(long creditBytes) {
    if (creditBytes < 1) {
      throw new BrokerException(
          ErrorCode.INVALID_REQUEST, "credit is " + creditBytes + " bytes; expected at least 1");
    }
    return creditBytes;
  }
}
