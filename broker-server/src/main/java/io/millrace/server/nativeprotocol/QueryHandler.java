package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.Partition;
import io.millrace.core.Partition.SourceSummary;
import io.millrace.core.SourceList;
import io.millrace.protocol.wire.ListSourcesRequest;
import io.millrace.protocol.wire.ListSourcesResponse;
import io.millrace.protocol.wire.OffsetForTimeRequest;
import io.millrace.protocol.wire.OffsetForTimeResponse;
import io.millrace.protocol.wire.SourceInfo;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/** OFFSET_FOR_TIME and LIST_SOURCES: the core reads the partitions in the background. */
final class QueryHandler {

  private final Broker broker;

  QueryHandler(Broker broker) {
    this.broker = broker;
  }

  void offsetForTime(OffsetForTimeRequest request, PendingRequest pending) {
    Partition partition = broker.partition(request.topicId(), request.partition());
    pending.answerWhenDone(
        partition
            .offsetForTime(request.eventTimeMicros(), request.isolation())
            .thenApply(OffsetForTimeResponse::new));
  }

  /** When the connection is closed, the list is cancelled. */
  void listSources(ListSourcesRequest request, PendingRequest pending) {
    CompletableFuture<SourceList> listing =
        broker.listSources(request.topicId(), request.isolation());
    Runnable cancel = () -> listing.cancel(false);
    pending.session().onClose(cancel);
    listing.whenComplete(
        (found, failure) -> {
          pending.session().removeOnClose(cancel);
          if (failure instanceof CancellationException) {
            pending.leaveUnanswered();
          } else if (failure != null) {
            pending.refuse(failure);
          } else {
            answer(found, pending);
          }
        });
  }

  private static void answer(SourceList found, PendingRequest pending) {
    try (found) {
      pending.answer(new ListSourcesResponse(found.drain(QueryHandler::info)));
    } catch (RuntimeException | Error e) {
      pending.refuse(e);
    }
  }

  private static SourceInfo info(SourceSummary summary) {
    return new SourceInfo(
        summary.source(), summary.count(), summary.firstSeenMicros(), summary.lastSeenMicros());
  }
}
