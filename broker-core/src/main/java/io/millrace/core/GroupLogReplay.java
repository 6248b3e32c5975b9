package io.millrace.core;

import io.millrace.group.EncodedGroupRecord;
import io.millrace.group.GroupMachine;
import io.millrace.group.GroupRecordCodec;
import io.millrace.group.GroupRecordException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import io.millrace.protocol.record.InvalidBatchException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Reads one partition of the log of groups into a new machine, one slice a step. Every event of the
 * log counts: at a record that cannot be read, or a gap, the replay fails, and the machine is not
 * used. One thread at a time.
 */
final class GroupLogReplay implements Scan<GroupLogReplay> {

  private static final int SLICE_BYTES = 1024 * 1024;
  private static final int MIN_RECORDS_BYTES = 16 * 1024 * 1024;
  private static final byte[] REMOVED = {};

  static final String NEXT_STEP =
      "; the groups of this partition are refused, so that none of them goes back or is read again;"
          + " see 'Damage in the log of groups' in docs/operations.md";

  private final Partition partition;
  private final Object opening;
  private final GroupMachine machine;
  private final FetchCursor cursor;
  private final BatchReader reader;
  private final long start;
  private final long end;
  private long position;
  private long records;

  /**
   * @param machine a new one, which gets the records
   */
  GroupLogReplay(Partition partition, GroupMachine machine, int maxRecordsBytes) {
    this.partition = partition;
    this.opening = partition.opening();
    this.machine = machine;
    this.cursor = partition.openCursor();
    this.reader = new BatchReader(Math.max(maxRecordsBytes, MIN_RECORDS_BYTES));
    this.start = partition.offsets().start();
    this.end = partition.offsets().end();
    this.position = start;
  }

  /** The opening of the log from which the replay reads. */
  Object opening() {
    return opening;
  }

  GroupMachine machine() {
    return machine;
  }

  /** The records that were read. */
  long records() {
    return records;
  }

  /** Whether all events are read that the log had at the beginning. */
  boolean isComplete() {
    return position >= end;
  }

  void close() {
    cursor.close();
  }

  /** Completes with this replay when it is complete, or when the next event is not durable yet. */
  @Override
  public CompletionStage<GroupLogReplay> step(Executor pool) {
    return cursor
        .read(position, SLICE_BYTES, IsolationLevel.DURABLE)
        .thenApply(
            slice -> {
              try (slice) {
                return apply(slice);
              }
            });
  }

  private GroupLogReplay apply(PartitionSlice slice) {
    ByteBuffer batches = slice.batches();
    boolean empty = !batches.hasRemaining();
    for (int at = batches.position(); at < batches.limit(); at += BatchHeader.length(batches, at)) {
      apply(batches, at);
      position = BatchHeader.nextOffset(batches, at);
    }
    return empty || isComplete() ? this : null;
  }

  private void apply(ByteBuffer batches, int at) {
    long baseOffset = BatchHeader.baseOffset(batches, at);
    if (baseOffset > position) {
      throw damaged(position, "the events up to offset " + (baseOffset - 1) + " are missing", null);
    }
    if (BatchHeader.isGap(batches, at)) {
      throw damaged(position, "a repair has removed events here", null);
    }
    try {
      reader.open(batches, at);
      while (reader.next()) {
        if (reader.offset() >= start) {
          apply(reader.offset(), reader.key(), reader.value());
        }
      }
    } catch (InvalidBatchException e) {
      throw damaged(baseOffset, e.getMessage(), e);
    }
  }

  private void apply(long offset, byte[] key, byte[] value) {
    try {
      machine.apply(
          GroupRecordCodec.decode(
              new EncodedGroupRecord(
                  key == null ? REMOVED : key, value == null ? REMOVED : value)));
      records++;
    } catch (GroupRecordException e) {
      throw refusal(e.code(), offset, e.getMessage(), e);
    }
  }

  private BrokerException damaged(long offset, String how, Throwable cause) {
    return refusal(ErrorCode.CORRUPT_LOG, offset, how, cause);
  }

  private BrokerException refusal(ErrorCode code, long offset, String how, Throwable cause) {
    return new BrokerException(
        code,
        "the event at offset "
            + offset
            + " of partition "
            + partition.id().partition()
            + " of topic '"
            + GroupCoordinator.TOPIC
            + "' cannot be read: "
            + how
            + NEXT_STEP,
        cause);
  }
}
