package io.millrace.core;

import io.millrace.group.EncodedGroupRecord;
import io.millrace.group.GroupMachine;
import io.millrace.group.GroupRecord;
import io.millrace.group.Moment;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the log of groups short: when it has many times the records that the groups need, all of
 * them are appended again, and when they are durable, the events before them are deleted. A crash
 * in between leaves records that say the same twice. Owner thread.
 */
final class GroupSnapshots {

  private static final Logger LOG = LoggerFactory.getLogger(GroupSnapshots.class);

  /** A shorter log is left as it is. */
  static final long MIN_RECORDS = 10_000;

  private static final long FACTOR = 4;
  private static final long PAUSE_AFTER_FAILURE_MICROS = 60_000_000;

  private final Partition partition;
  private final GroupLogWriter writer;
  private boolean underWay;
  private long nextCheck = MIN_RECORDS;
  private long notBefore = Long.MIN_VALUE;

  GroupSnapshots(Partition partition, GroupLogWriter writer) {
    this.partition = partition;
    this.writer = writer;
  }

  /** The records of a snapshot, and their flight. */
  record Whole(GroupFlight flight, List<EncodedGroupRecord> records) {}

  /** A snapshot of the groups with all staged decisions, if the log is worth replacing. */
  Optional<Whole> ifDue(GroupMachine machine, Moment now) {
    if (underWay || writer.recordsInLog() < nextCheck || now.monotonicMicros() < notBefore) {
      return Optional.empty();
    }
    long worth = FACTOR * machine.snapshotRecords();
    if (writer.recordsInLog() <= worth) {
      nextCheck = Math.max(MIN_RECORDS, worth);
      return Optional.empty();
    }
    List<GroupRecord> records = new ArrayList<>();
    machine.snapshot(records::add);
    List<EncodedGroupRecord> encoded;
    try {
      encoded = writer.encode(records);
    } catch (RecordTooLargeException e) {
      LOG.error(
          "event=groups_not_compacted partition={} reason={}", partition.id(), e.getMessage());
      notBefore = now.monotonicMicros() + PAUSE_AFTER_FAILURE_MICROS;
      return Optional.empty();
    }
    GroupFlight flight = new GroupFlight();
    long before = writer.recordsInLog();
    flight.whenDurable(firstOffset -> deleteBefore(firstOffset, before));
    underWay = true;
    return Optional.of(new Whole(flight, encoded));
  }

  /** The log was replayed: no snapshot is on its way. */
  void loaded() {
    underWay = false;
    nextCheck = MIN_RECORDS;
  }

  /** An append has failed, perhaps that of a snapshot. */
  void appendFailed(Moment now) {
    underWay = false;
    notBefore = now.monotonicMicros() + PAUSE_AFTER_FAILURE_MICROS;
  }

  private void deleteBefore(long firstOffset, long recordsBefore) {
    underWay = false;
    nextCheck = MIN_RECORDS;
    writer.recordsInLog(writer.recordsInLog() - recordsBefore);
    partition
        .deleteBeforeInternal(firstOffset)
        .whenComplete(
            (start, failure) -> {
              if (failure == null) {
                LOG.info("event=groups_compacted partition={} start={}", partition.id(), start);
              } else if (!isStop(StageFailure.cause(failure))) {
                // The next snapshot deletes more.
                LOG.warn("event=groups_not_compacted partition={}", partition.id(), failure);
              }
            });
  }

  private static boolean isStop(Throwable failure) {
    return failure instanceof BrokerException e && e.code() == ErrorCode.SHUTTING_DOWN;
  }
}
