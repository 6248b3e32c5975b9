package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Counts the events of each source from the start to where it was asked. A few MiB a step. */
final class SourceScan implements Scan<List<Partition.SourceSummary>> {

  /** Most different sources of one scan: bounds its memory and its answer. */
  static final int MAX_SOURCES = 100_000;

  private static final int STEP_BYTES = 4 * 1024 * 1024;

  private final PartitionLog log;
  private final long limit;
  private final StoredRecords records;
  private final Map<String, Seen> seen = new TreeMap<>();
  private long position;

  SourceScan(PartitionLog log, long limit, int maxRecordsBytes) {
    this.log = log;
    this.limit = limit;
    this.records = new StoredRecords(log.id(), maxRecordsBytes);
    this.position = log.offsets().start();
  }

  private static final class Seen {
    long count;
    long firstMicros = Long.MAX_VALUE;
    long lastMicros = Long.MIN_VALUE;

    void add(long eventTimeMicros) {
      count++;
      firstMicros = Math.min(firstMicros, eventTimeMicros);
      lastMicros = Math.max(lastMicros, eventTimeMicros);
    }
  }

  @Override
  public CompletionStage<List<Partition.SourceSummary>> step(Executor pool) {
    return PartitionReader.afterRead(
        PartitionReader.readOnce(log, position, STEP_BYTES, limit, Runnable::run),
        (slice, failure) -> failure == null ? count(slice) : skipDropped(failure),
        pool);
  }

  /** What retention has dropped meanwhile is not listed: the next step begins after it. */
  private List<Partition.SourceSummary> skipDropped(Throwable failure) {
    long start = log.offsets().start();
    if (StageFailure.cause(failure) instanceof StorageException e
        && e.code() == ErrorCode.OFFSET_OUT_OF_RANGE
        && start > position) {
      position = start;
      return null;
    }
    throw StageFailure.unchecked(failure);
  }

  /** Counts the events of a slice; the result if there is none left. */
  private List<Partition.SourceSummary> count(LogSlice lease) {
    if (lease == null) {
      return summaries();
    }
    try (lease) {
      count(lease.buffer());
      position = lease.nextOffset();
      return null;
    }
  }

  private void count(ByteBuffer batches) {
    for (int at = batches.position(); at < batches.limit(); at += BatchHeader.length(batches, at)) {
      records.open(batches, at);
      while (records.next()) {
        seen.computeIfAbsent(records.source(), this::first).add(records.eventTimeMicros());
      }
    }
  }

  private Seen first(String source) {
    if (seen.size() >= MAX_SOURCES) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "log "
              + log.id()
              + " has more than "
              + MAX_SOURCES
              + " sources, the most that are listed; read the events instead");
    }
    return new Seen();
  }

  private List<Partition.SourceSummary> summaries() {
    return seen.entrySet().stream()
        .map(
            entry ->
                new Partition.SourceSummary(
                    entry.getKey(),
                    entry.getValue().count,
                    entry.getValue().firstMicros,
                    entry.getValue().lastMicros))
        .toList();
  }
}
