package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.Partition;
import io.millrace.core.SourceList;
import io.millrace.core.SourceSummary;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.ListSourcesRequest;
import io.millrace.protocol.wire.ListSourcesResponse;
import io.millrace.protocol.wire.OffsetForTimeRequest;
import io.millrace.protocol.wire.OffsetForTimeResponse;
import io.millrace.protocol.wire.SkippedRange;
import io.millrace.protocol.wire.SourceInfo;
import java.util.List;
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

  /** A summary has durable events only. */
  private CompletableFuture<SourceList> list(ListSourcesRequest request) {
    return request.exact() || request.isolation() != IsolationLevel.DURABLE
        ? broker.sources().list(request.topicId(), request.isolation())
        : broker.sources().summarize(request.topicId());
  }

  /** When the connection is closed, the list is cancelled. */
  void listSources(ListSourcesRequest request, PendingRequest pending) {
    CompletableFuture<SourceList> listing = list(request);
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
      List<SkippedRange> skipped = found.skipped().stream().map(QueryHandler::skipped).toList();
      if (!skipped.isEmpty() && pending.version() < ListSourcesResponse.SKIPPED_SINCE) {
        pending.refuse(ErrorCode.CORRUPT_LOG, damaged(skipped.get(0)));
        return;
      }
      pending.answer(
          new ListSourcesResponse(
              found.drain(QueryHandler::info),
              skipped,
              found.otherEvents(),
              found.asOfMicros(),
              found.positions()));
    } catch (RuntimeException | Error e) {
      pending.refuse(e);
    }
  }

  private static String damaged(SkippedRange skipped) {
    String what =
        skipped.firstOffset() == SourceList.ALL
            ? "partition " + skipped.partition() + " cannot be read"
            : "offsets "
                + skipped.firstOffset()
                + " to "
                + (skipped.endOffset() - 1)
                + " of partition "
                + skipped.partition()
                + " are damaged";
    return what + "; a client with version 2 of LIST_SOURCES gets the list without them";
  }

  private static SkippedRange skipped(SourceList.Skipped range) {
    return new SkippedRange(range.partition(), range.firstOffset(), range.endOffset());
  }

  private static SourceInfo info(SourceSummary summary) {
    return new SourceInfo(
        summary.source(),
        summary.count(),
        summary.firstSeenMicros(),
        summary.lastSeenMicros(),
        summary.lastAppendMicros(),
        Math.round(summary.eventsPerSecond() * 1000),
        summary.meanSkewMicros(),
        summary.maxSkewMicros(),
        summary.lastSequence(),
        summary.missing(),
        summary.repeated());
  }
}
