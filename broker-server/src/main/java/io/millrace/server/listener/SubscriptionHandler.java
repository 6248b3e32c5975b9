package io.millrace.server.listener;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.Partition;
import io.millrace.core.StartAt;
import io.millrace.core.SubscriptionSpec;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
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

  void addTo(Routes routes) {
    routes
        .add(Api.SUBSCRIBE, SubscribeRequest.class, this::subscribe)
        .add(Api.UNSUBSCRIBE, UnsubscribeRequest.class, this::unsubscribe)
        .add(Api.CREDIT, CreditRequest.class, this::credit);
  }

  private void subscribe(SubscribeRequest request, Call call) {
    positive(request.creditBytes());
    Partition partition = broker.partition(request.topicId(), request.partition());
    Connection connection = call.connection();
    ClientSubscription subscription =
        connection
            .subscriptions()
            .add(request.subscriptionId(), call.version(), partition.owner(), connection);
    new Beginning(request, call, partition, subscription).attempt(1);
  }

  /** A subscription that has yet to begin. */
  private record Beginning(
      SubscribeRequest request, Call call, Partition partition, ClientSubscription subscription) {

    /** Any thread. */
    void attempt(int number) {
      startAt()
          .whenComplete(
              (startAt, failure) -> {
                if (failure != null) {
                  subscription.refuse(failure, call);
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
            call);
      } catch (RuntimeException e) {
        if (attempt < MAX_ATTEMPTS && droppedMeanwhile(e)) {
          attempt(attempt + 1);
        } else {
          subscription.refuse(e, call);
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

  private void unsubscribe(UnsubscribeRequest request, Call call) {
    Subscriptions subscriptions = call.connection().subscriptions();
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
    subscription.end(call);
  }

  private void credit(CreditRequest request, Call call) {
    long bytes = positive(request.bytes());
    call.connection()
        .subscriptions()
        .find(request.subscriptionId())
        .ifPresent(subscription -> subscription.addCredit(bytes));
    call.leaveUnanswered();
  }

  private static long positive(long creditBytes) {
    if (creditBytes < 1) {
      throw new BrokerException(
          ErrorCode.INVALID_REQUEST, "credit is " + creditBytes + " bytes; expected at least 1");
    }
    return creditBytes;
  }
}
