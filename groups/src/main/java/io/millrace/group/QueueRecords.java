package io.millrace.group;

import io.millrace.group.GroupRecord.QueueDeadLettersSet;
import io.millrace.group.GroupRecord.QueueProgressSet;
import io.millrace.group.GroupRecord.QueueSettled;
import io.millrace.group.queue.QueueFailure;
import io.millrace.group.queue.QueueProgress;
import io.millrace.group.queue.QueueRange;
import java.util.List;
import java.util.function.Consumer;

/** Divides what a queue has done over records that fit into an event. */
final class QueueRecords {

  /** Most ranges and failures of one record: about 21 KB. */
  static final int PARTS = 1_000;

  private QueueRecords() {}

  /** Emits the records that create a progress. */
  static void snapshot(
      String group, PartitionId partition, QueueProgress progress, Consumer<GroupRecord> out) {
    if (progress.parts() <= PARTS) {
      out.accept(new QueueProgressSet(group, partition, progress.withDeadLetters(0)));
    } else {
      out.accept(new QueueProgressSet(group, partition, QueueProgress.at(progress.start())));
      settled(group, partition, progress.start(), progress.done(), progress.failed(), out);
    }
    if (progress.deadLetters() > 0) {
      out.accept(new QueueDeadLettersSet(group, partition, progress.deadLetters()));
    }
  }

  static long snapshotRecords(QueueProgress progress) {
    int ofCount = progress.deadLetters() > 0 ? 1 : 0;
    int ofParts = progress.parts() <= PARTS ? 0 : (progress.parts() + PARTS - 1) / PARTS;
    return 1L + ofParts + ofCount;
  }

  /** Emits the records of a change; each first part of them is true. */
  static void settled(
      String group,
      PartitionId partition,
      long start,
      List<QueueRange> done,
      List<QueueFailure> failed,
      Consumer<GroupRecord> out) {
    int parts = done.size() + failed.size();
    int at = 0;
    do {
      int to = Math.min(at + PARTS, parts);
      out.accept(
          new QueueSettled(
              group,
              partition,
              start,
              done.subList(Math.min(at, done.size()), Math.min(to, done.size())),
              failed.subList(Math.max(0, at - done.size()), Math.max(0, to - done.size()))));
      at = to;
    } while (at < parts);
  }
}
