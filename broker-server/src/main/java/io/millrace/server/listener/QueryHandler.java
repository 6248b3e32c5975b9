package io.millrace.server.listener;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.Partition;
import io.millrace.core.Partition.SourceSummary;
import io.millrace.core.Topic;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ListSourcesRequest;
import io.millrace.protocol.wire.ListSourcesResponse;
import io.millrace.protocol.wire.OffsetForTimeRequest;
import io.millrace.protocol.wire.OffsetForTimeResponse;
import io.millrace.protocol.wire.SourceInfo;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** OFFSET_FOR_TIME and LIST_SOURCES: questions that core answers in the background. */
final class QueryHandler {

  private final Broker broker;

  QueryHandler(Broker broker) {
    this.broker = broker;
  }

  void addTo(Routes routes) {
    routes
        .add(Api.OFFSET_FOR_TIME, OffsetForTimeRequest.class, this::offsetForTime)
        .add(Api.LIST_SOURCES, ListSourcesRequest.class, this::listSources);
  }

  private void offsetForTime(OffsetForTimeRequest request, Call call) {
    Partition partition = broker.partition(request.topicId(), request.partition());
    call.answerWhenDone(
        partition
            .offsetForTime(request.eventTimeMicros(), request.isolation())
            .thenApply(OffsetForTimeResponse::new));
  }

  private void listSources(ListSourcesRequest request, Call call) {
    List<CompletableFuture<List<SourceSummary>>> perPartition =
        topic(request.topicId()).partitions().stream()
            .map(partition -> partition.sources(request.isolation()))
            .toList();
    call.answerWhenDone(
        CompletableFuture.allOf(perPartition.toArray(CompletableFuture[]::new))
            .thenApply(
                done ->
                    new ListSourcesResponse(
                        merged(perPartition.stream().map(CompletableFuture::join).toList()))));
  }

  private Topic topic(UUID id) {
    return broker.topics().stream()
        .filter(topic -> topic.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new BrokerException(
                    ErrorCode.UNKNOWN_TOPIC,
                    "there is no topic with the id " + id + "; it may have been deleted"));
  }

  /** One line for each source, sorted by its name. */
  private static List<SourceInfo> merged(List<List<SourceSummary>> perPartition) {
    Map<String, SourceInfo> bySource = new TreeMap<>();
    for (List<SourceSummary> summaries : perPartition) {
      for (SourceSummary each : summaries) {
        bySource.merge(
            each.source(),
            new SourceInfo(
                each.source(), each.count(), each.firstSeenMicros(), each.lastSeenMicros()),
            QueryHandler::sum);
      }
    }
    return List.copyOf(bySource.values());
  }

  private static SourceInfo sum(SourceInfo a, SourceInfo b) {
    return new SourceInfo(
        a.source(),
        a.count() + b.count(),
        Math.min(a.firstSeenMicros(), b.firstSeenMicros()),
        Math.max(a.lastSeenMicros(), b.lastSeenMicros()));
  }
}
