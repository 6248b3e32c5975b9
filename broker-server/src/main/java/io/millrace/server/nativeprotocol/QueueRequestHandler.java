package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.OpenQueue;
import io.millrace.core.QueueOpening;
import io.millrace.core.TakenBatches;
import io.millrace.group.GroupLimits;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CloseQueueRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.OpenQueueResponse;
import io.millrace.protocol.wire.SettleRequest;
import io.millrace.protocol.wire.SettleResponse;
import io.millrace.protocol.wire.TakeRequest;
import io.millrace.server.security.Authorizer;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;

/** OPEN_QUEUE, TAKE, SETTLE and CLOSE_QUEUE. */
final class QueueRequestHandler {

  private static final long MAX_WAIT_MICROS = 60_000_000;

  /** Most bytes of one answer, unless a single event is larger. */
  private static final int MAX_BYTES = 4 * 1024 * 1024;

  private final Broker broker;
  private final Authorizer authorizer;
  private final VisibleTopics visible;

  QueueRequestHandler(Broker broker, Authorizer authorizer, VisibleTopics visible) {
    this.broker = broker;
    this.authorizer = authorizer;
    this.visible = visible;
  }

  void open(OpenQueueRequest request, PendingRequest pending) {
    ConnectionQueues queues = pending.connection().queues();
    queues.begin(request.queueId());
    QueueOpening opening;
    try {
      opening =
          new QueueOpening(
              request.group(),
              request.topic(),
              request.session(),
              GroupHandler.clientId(pending),
              GroupHandler.host(pending),
              request.lastLock(),
              QueueWire.wish(request.settings()));
    } catch (RuntimeException e) {
      queues.forget(request.queueId());
      throw e;
    }
    visible
        .only(broker.groups().queues().open(opening), request.topic(), pending.session())
        .whenComplete(
            (consumer, failure) -> {
              if (failure != null) {
                queues.forget(request.queueId());
                pending.refuse(failure);
              } else {
                queues.opened(request.queueId(), consumer);
                answer(request, consumer, pending);
              }
            });
  }

  /** The permissions may have changed since the request came, and the check that follows too. */
  private void answer(OpenQueueRequest request, OpenQueue consumer, PendingRequest pending) {
    Optional<BrokerException> refusal =
        new SubscriptionAccess(request.topic(), request.group())
            .refusal(authorizer, pending.session());
    if (refusal.isPresent()) {
      pending.connection().queues().forget(request.queueId());
      consumer.revoke(refusal.get());
      pending.refuse(refusal.get());
      return;
    }
    pending.answer(
        new OpenQueueResponse(
            consumer.continued(),
            QueueWire.settings(consumer.settings()),
            consumer.topicId(),
            consumer.partitions()));
  }

  void take(TakeRequest request, PendingRequest pending) {
    requireInRange("maxEvents", request.maxEvents(), 1, GroupLimits.QUEUE_EVENTS);
    requireInRange("maxBytes", request.maxBytes(), 1, Integer.MAX_VALUE);
    requireInRange("maxWaitMicros", request.maxWaitMicros(), 0, MAX_WAIT_MICROS);
    ConnectionQueues queues = pending.connection().queues();
    OpenQueue consumer = queues.require(request.queueId());
    queues.takeBegins();
    OpenQueue.Room room =
        new OpenQueue.Room(
            request.maxEvents(),
            Math.min(request.maxBytes(), MAX_BYTES),
            pending.connection()::takesEvents);
    consumer
        .take(room, request.maxWaitMicros())
        .whenComplete(
            (taken, failure) -> {
              queues.takeEnded();
              if (failure != null) {
                forgetIfUnknown(request.queueId(), consumer, failure, queues);
                pending.refuse(failure);
              } else {
                answer(consumer, taken, pending);
              }
            });
  }

  /** Gives events back that the client does not get. */
  private static void answer(OpenQueue consumer, TakenBatches taken, PendingRequest pending) {
    long bytes = taken.batches().stream().mapToLong(ByteBuffer::remaining).sum();
    try {
      pending.answerReserved(QueueWire.taken(taken), taken.memory());
    } catch (RuntimeException | Error e) {
      taken.memory().close();
      consumer.giveBack(taken);
      pending.refuse(e);
      return;
    }
    pending.connection().sendsEvents(bytes);
  }

  void settle(SettleRequest request, PendingRequest pending) {
    requireInRange("settlements", request.settlements().size(), 0, GroupLimits.SETTLEMENTS);
    requireInRange("number", request.number(), 0, Long.MAX_VALUE);
    ConnectionQueues queues = pending.connection().queues();
    OpenQueue consumer = queues.require(request.queueId());
    UUID topicId = consumer.topicId();
    pending.answerWhenDone(
        consumer
            .settle(
                request.number(),
                request.settlements().stream()
                    .map(each -> QueueWire.settlement(topicId, each))
                    .toList())
            .whenComplete(
                (reply, failure) -> forgetIfUnknown(request.queueId(), consumer, failure, queues))
            .thenApply(
                reply ->
                    new SettleResponse(
                        reply.outcomes().stream().map(QueueWire::outcome).toList())));
  }

  void close(CloseQueueRequest request, PendingRequest pending) {
    ConnectionQueues queues = pending.connection().queues();
    OpenQueue consumer = queues.require(request.queueId());
    queues.forget(request.queueId());
    pending.answerWhenDone(consumer.close().thenApply(done -> new EmptyResponse()));
  }

  /** A client that hears that its consumer is not known opens it again, with the same id. */
  private static void forgetIfUnknown(
      int queueId, OpenQueue consumer, Throwable failure, ConnectionQueues queues) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof BrokerException refusal && refusal.code() == ErrorCode.UNKNOWN_QUEUE) {
      queues.lost(queueId, consumer);
    }
  }

  private static void requireInRange(String field, long value, long min, long max) {
    if (value < min || value > max) {
      throw new BrokerException(
          ErrorCode.INVALID_REQUEST, field + " is " + value + "; expected " + min + " to " + max);
    }
  }
}
