package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
  public List<Partition.SourceSummary> step() {
    try {
      return countStep() ? null : summaries();
    } catch (StorageException e) {
      long start = log.offsets().start();
      if (e.code() != ErrorCode.OFFSET_OUT_OF_RANGE || start <= position) {
        throw e;
      }
      position = start; // retention was faster: what it dropped is not there to be listed
      return null;
    }
  }

  /** Counts on; false at the end. */
  private boolean countStep() {
    try (LogReader reader = log.reader(position);
        LogSlice slice = reader.read(STEP_BYTES, limit)) {
      if (slice == null) {
        return false;
      }
      slice.load();
      count(slice.buffer());
      position = slice.nextOffset();
      return true;
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
