package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.Partition;
import io.millrace.core.StartAt;
import io.millrace.core.SubscriptionSpec;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CreditRequest;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.UnsubscribeRequest;
import java.util.concurrent.CompletableFuture;

/** SUBSCRIBE, UNSUBSCRIBE and CREDIT. */
final class SubscriptionHandler {

  /** Of a subscription that begins at a time. */
  private static final int MAX_ATTEMPTS = 3;

  private final Broker broker;

  SubscriptionHandler(Broker broker) {
    this.broker = broker;
  }

  void subscribe(SubscribeRequest request, PendingRequest pending) {
    positive(request.creditBytes());
    Partition partition = broker.partition(request.topicId(), request.partition());
    NativeConnection connection = pending.connection();
    ClientSubscription subscription =
        connection
            .subscriptions()
            .add(request.subscriptionId(), pending.version(), partition.owner(), connection);
    new PendingSubscription(request, pending, partition, subscription).attempt(1);
  }

  /** A subscription that has yet to begin. */
  private record PendingSubscription(
      SubscribeRequest request,
      PendingRequest pending,
      Partition partition,
      ClientSubscription subscription) {

    /** Any thread. */
    void attempt(int number) {
      startAt()
          .whenComplete(
              (startAt, failure) -> {
                if (failure != null) {
                  subscription.refuse(failure, pending);
                } else {
                  partition.owner().execute(() -> beginAt(startAt, number));
                }
              });
    }

    /** A time is looked up in the background first: the owner must not wait for the disk. */
    private CompletableFuture<StartAt> startAt() {
      long value = request.startValue();
      return switch (request.startKind()) {
        case EARLIEST -> CompletableFuture.completedFuture(new StartAt.Earliest());
        case LATEST -> CompletableFuture.completedFuture(new StartAt.Latest());
        case OFFSET -> CompletableFuture.completedFuture(new StartAt.Offset(value));
        case EVENT_TIME ->
            partition.offsetForTime(value, request.isolation()).thenApply(StartAt.Offset::new);
      };
    }

    private void beginAt(StartAt startAt, int attempt) {
      try {
        subscription.begin(
            partition,
            new SubscriptionSpec(
                startAt, request.isolation(), request.creditBytes(), request.sources()),
            pending);
      } catch (RuntimeException e) {
        if (attempt < MAX_ATTEMPTS && droppedMeanwhile(e)) {
          attempt(attempt + 1);
        } else {
          subscription.refuse(e, pending);
        }
      }
    }

    /** Retention may pass the place that was found for a time, before it is begun there. */
    private boolean droppedMeanwhile(RuntimeException e) {
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

  private static long positive(long creditBytes) {
    if (creditBytes < 1) {
      throw new BrokerException(
          ErrorCode.INVALID_REQUEST, "credit is " + creditBytes + " bytes; expected at least 1");
    }
    return creditBytes;
  }
}
