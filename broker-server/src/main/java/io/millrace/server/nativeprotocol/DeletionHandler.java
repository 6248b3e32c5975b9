package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeleteEventsResponse;
import io.millrace.protocol.wire.DeletionBound;
import io.millrace.protocol.wire.DeletionResult;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * DELETE_EVENTS: the core deletes in the background. The whole request is checked before the first
 * deletion; then each partition succeeds or fails by itself.
 */
final class DeletionHandler implements RequestHandler<DeleteEventsRequest> {

  private final Broker broker;

  DeletionHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(DeleteEventsRequest request, PendingRequest pending) {
    check(request);
    List<CompletableFuture<DeletionResult>> results =
        request.bounds().stream().map(bound -> delete(request.topicId(), bound, pending)).toList();
    pending.answerWhenDone(
        CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
            .thenApply(
                done ->
                    new DeleteEventsResponse(
                        results.stream().map(CompletableFuture::join).toList())));
  }

  /** Ends at the first partition that is unknown or named twice, whatever the number of bounds. */
  private void check(DeleteEventsRequest request) {
    String topic = broker.topic(request.topicId()).name();
    Set<Integer> named = new HashSet<>();
    for (DeletionBound bound : request.bounds()) {
      broker.partition(request.topicId(), bound.partition());
      if (!named.add(bound.partition())) {
        throw invalid(bound, topic, "is named twice; expected one offset for each partition");
      }
      if (bound.beforeOffset() < 0) {
        throw invalid(
            bound, topic, "has the offset " + bound.beforeOffset() + "; expected 0 or more");
      }
    }
  }

  private static BrokerException invalid(DeletionBound bound, String topic, String violation) {
    return new BrokerException(
        ErrorCode.INVALID_REQUEST,
        "partition "
            + bound.partition()
            + " of topic '"
            + topic
            + "' "
            + violation
            + "; nothing was deleted");
  }

  private CompletableFuture<DeletionResult> delete(
      UUID topicId, DeletionBound bound, PendingRequest pending) {
    return started(topicId, bound)
        .handle(
            (start, failure) ->
                failure == null
                    ? new DeletionResult(bound.partition(), start, ErrorCode.NONE, "")
                    : failed(bound, Refusal.of(failure, pending)));
  }

  /** A deletion that cannot start fails as one that has started: others may be under way. */
  private CompletableFuture<Long> started(UUID topicId, DeletionBound bound) {
    try {
      return broker.partition(topicId, bound.partition()).deleteBefore(bound.beforeOffset());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static DeletionResult failed(DeletionBound bound, Refusal refusal) {
    return new DeletionResult(bound.partition(), -1, refusal.code(), refusal.message());
  }
}
