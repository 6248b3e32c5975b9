package io.millrace.server.listener;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.Partition;
import io.millrace.core.StartAt;
import io.millrace.core.SubscriptionSpec;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.CreditRequest;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.UnsubscribeRequest;
import java.util.concurrent.CompletableFuture;

/** SUBSCRIBE, UNSUBSCRIBE and CREDIT. */
final class SubscriptionHandler {

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
    long credit = positive(request.creditBytes());
    Partition partition = broker.partition(request.topicId(), request.partition());
    CompletableFuture<StartAt> start = startAt(request, partition);
    Connection connection = call.connection();
    ClientSubscription subscription =
        connection.subscriptions().add(request.subscriptionId(), partition.owner(), connection);
    start.whenComplete(
        (startAt, failure) -> {
          if (failure != null) {
            subscription.refuse(failure, call);
            return;
          }
          SubscriptionSpec spec =
              new SubscriptionSpec(startAt, request.isolation(), credit, request.sources());
          partition.owner().execute(() -> subscription.begin(partition, spec, call));
        });
  }

  /** A time is looked up in the background first: the owner must not wait for the disk. */
  private static CompletableFuture<StartAt> startAt(SubscribeRequest request, Partition partition) {
    long value = request.startValue();
    return switch (request.startKind()) {
      case EARLIEST -> CompletableFuture.completedFuture(new StartAt.Earliest());
      case LATEST -> CompletableFuture.completedFuture(new StartAt.Latest());
      case OFFSET -> CompletableFuture.completedFuture(new StartAt.Offset(value));
      case EVENT_TIME ->
          partition.offsetForTime(value, request.isolation()).thenApply(StartAt.Offset::new);
    };
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
