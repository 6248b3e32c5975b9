package io.millrace.core;

import io.millrace.group.EncodedGroupRecord;
import io.millrace.group.GroupRecord;
import io.millrace.group.GroupRecordCodec;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Appends group records to one partition of the log of groups. Owner thread. */
final class GroupLogWriter {

  private static final int TARGET_BYTES = 1024 * 1024;
  private static final byte[] SOURCE = "groups".getBytes(StandardCharsets.UTF_8);

  /** The codes with which the partition refuses a batch before it changes anything. */
  private static final List<ErrorCode> REFUSED_UNCHANGED =
      List.of(
          ErrorCode.DISK_FULL,
          ErrorCode.RESOURCES_EXHAUSTED,
          ErrorCode.TOO_MANY_IN_FLIGHT,
          ErrorCode.SHUTTING_DOWN,
          ErrorCode.EVENT_TOO_LARGE,
          ErrorCode.BATCH_TOO_LARGE);

  private final Partition partition;
  private final BatchLimits limits;
  private final BatchBuilder builder;

  /** The records of the log that a replay would read. */
  private long recordsInLog;

  GroupLogWriter(Partition partition, BatchLimits limits) {
    this.partition = partition;
    this.limits = limits;
    int target = Math.min(TARGET_BYTES, Math.min(limits.maxBatchBytes(), limits.maxRecordsBytes()));
    this.builder = new BatchBuilder(target, limits.maxBatchBytes(), BatchCodec.NONE);
  }

  long recordsInLog() {
    return recordsInLog;
  }

  void recordsInLog(long records) {
    recordsInLog = records;
  }

  /**
   * The bytes of records.
   *
   * @throws RecordTooLargeException if a record does not fit into an event
   */
  List<EncodedGroupRecord> encode(List<GroupRecord> records) {
    List<EncodedGroupRecord> encoded = new ArrayList<>(records.size());
    for (GroupRecord record : records) {
      EncodedGroupRecord bytes = GroupRecordCodec.encode(record);
      requireFits(record, bytes);
      encoded.add(bytes);
    }
    return encoded;
  }

  private void requireFits(GroupRecord record, EncodedGroupRecord encoded) {
    int bytes = BatchBuilder.maxRecordBytes(SOURCE, encoded.key(), encoded.value(), List.of());
    int limit = Math.min(limits.maxEventBytes(), limits.maxBatchBytes() - BatchHeader.BYTES);
    limit = Math.min(limit, limits.maxRecordsBytes());
    if (bytes > limit) {
      String group = record instanceof GroupRecord.InGroup in ? in.group() : "";
      throw new RecordTooLargeException(
          group,
          "the state of group "
              + Quoted.text(group)
              + " needs an event of "
              + bytes
              + " bytes, and the broker's limit is "
              + limit
              + "; use fewer topics or partitions, or raise the limits of events and batches");
    }
  }

  /**
   * Appends records in as few batches as they need. The flight learns what becomes of each.
   *
   * @param settled called after each change of the flight that comes later
   */
  void append(
      List<EncodedGroupRecord> records, long nowMicros, GroupFlight flight, Runnable settled) {
    boolean first = true;
    int next = 0;
    while (next < records.size() && flight.failure() == null) {
      int from = next;
      builder.reset();
      while (next < records.size() && add(records.get(next), nowMicros)) {
        next++;
      }
      if (next == from) {
        throw new IllegalStateException("a record of groups does not fit into an empty batch");
      }
      flight.batchAppended();
      BatchAnswer answer = new BatchAnswer(flight, settled, first);
      partition.appendInternal(
          builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE),
          AckLevel.SYNCED,
          answer);
      answer.returned = true;
      recordsInLog += next - from;
      first = false;
    }
    builder.reset();
    flight.allAppended();
  }

  private boolean add(EncodedGroupRecord record, long nowMicros) {
    return builder.add(SOURCE, nowMicros, record.key(), record.value(), List.of());
  }

  private static final class BatchAnswer implements AppendCallback {

    private final GroupFlight flight;
    private final Runnable settled;

    /** Whether no earlier batch of the flight was handed to the log. */
    private final boolean first;

    private boolean returned;

    BatchAnswer(GroupFlight flight, Runnable settled, boolean first) {
      this.flight = flight;
      this.settled = settled;
      this.first = first;
    }

    @Override
    public void appended(long baseOffset, long appendTimeMicros) {
      flight.batchDurable(baseOffset);
      if (returned) {
        settled.run();
      }
    }

    @Override
    public void refused(BrokerException cause) {
      boolean surelyMissing = !returned && first && REFUSED_UNCHANGED.contains(cause.code());
      flight.failed(cause, surelyMissing);
      if (returned) {
        settled.run();
      }
    }
  }
}
