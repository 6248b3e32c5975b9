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
    Partition partition = broker.partition(request.topicId(), request.partition());
    SubscriptionSpec spec =
        new SubscriptionSpec(
            startAt(request.startKind(), request.startValue()),
            request.isolation(),
            positive(request.creditBytes()),
            request.sources());
    Connection connection = call.connection();
    ClientSubscription subscription =
        connection.subscriptions().add(request.subscriptionId(), partition.owner(), connection);
    partition.owner().execute(() -> subscription.begin(partition, spec, call));
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

  private static StartAt startAt(StartKind kind, long value) {
    return switch (kind) {
      case EARLIEST -> new StartAt.Earliest();
      case LATEST -> new StartAt.Latest();
      case OFFSET -> new StartAt.Offset(value);
      case EVENT_TIME -> new StartAt.EventTime(value);
    };
  }

  private static long positive(long creditBytes) {
    if (creditBytes < 1) {
      throw new BrokerException(
          ErrorCode.INVALID_REQUEST, "credit is " + creditBytes + " bytes; expected at least 1");
    }
    return creditBytes;
  }
}
