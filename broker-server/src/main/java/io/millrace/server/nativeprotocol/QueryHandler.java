package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.Partition;
import io.millrace.core.Partition.SourceSummary;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.ListSourcesRequest;
import io.millrace.protocol.wire.ListSourcesResponse;
import io.millrace.protocol.wire.OffsetForTimeRequest;
import io.millrace.protocol.wire.OffsetForTimeResponse;
import io.millrace.protocol.wire.SourceInfo;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** OFFSET_FOR_TIME and LIST_SOURCES: the core reads the partitions in the background. */
final class QueryHandler {

  /**
   * The maximum number of concurrent scans of one LIST_SOURCES. The core limits the scans of all
   * connections.
   */
  private static final int CONCURRENT_SCANS = 8;

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

  void listSources(ListSourcesRequest request, PendingRequest pending) {
    List<Partition> partitions = broker.topic(request.topicId()).partitions();
    CompletableFuture<Map<String, SourceInfo>> bySource =
        CompletableFuture.completedFuture(new TreeMap<>());
    for (int from = 0; from < partitions.size(); from += CONCURRENT_SCANS) {
      int to = Math.min(from + CONCURRENT_SCANS, partitions.size());
      List<Partition> next = partitions.subList(from, to);
      bySource = bySource.thenCompose(found -> addSources(found, next, request.isolation()));
    }
    pending.answerWhenDone(
        bySource.thenApply(found -> new ListSourcesResponse(List.copyOf(found.values()))));
  }

  private static CompletableFuture<Map<String, SourceInfo>> addSources(
      Map<String, SourceInfo> bySource, List<Partition> partitions, IsolationLevel isolation) {
    List<CompletableFuture<List<SourceSummary>>> scans =
        partitions.stream().map(partition -> partition.sources(isolation)).toList();
    return CompletableFuture.allOf(scans.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              scans.forEach(scan -> scan.join().forEach(summary -> add(bySource, summary)));
              return bySource;
            });
  }

  private static void add(Map<String, SourceInfo> bySource, SourceSummary summary) {
    SourceInfo info =
        new SourceInfo(
            summary.source(), summary.count(), summary.firstSeenMicros(), summary.lastSeenMicros());
    bySource.merge(summary.source(), info, QueryHandler::sum);
  }

  private static SourceInfo sum(SourceInfo a, SourceInfo b) {
    return new SourceInfo(
        a.source(),
        a.count() + b.count(),
        Math.min(a.firstSeenMicros(), b.firstSeenMicros()),
        Math.max(a.lastSeenMicros(), b.lastSeenMicros()));
  }
}
