package io.millrace.group;

import io.millrace.group.GroupRecord.QueueDeadLettersSet;
import io.millrace.group.GroupRecord.QueueProgressRemoved;
import io.millrace.group.GroupRecord.QueueProgressSet;
import io.millrace.group.GroupRecord.QueueSet;
import io.millrace.group.GroupRecord.QueueSettled;
import io.millrace.group.queue.DeadLetterRule;
import io.millrace.group.queue.QueueFailure;
import io.millrace.group.queue.QueueFate;
import io.millrace.group.queue.QueueOrder;
import io.millrace.group.queue.QueueProgress;
import io.millrace.group.queue.QueueRange;
import io.millrace.group.queue.QueueRules;
import java.util.ArrayList;
import java.util.List;

/** The bytes of the records of queues; the layouts stand in {@link GroupRecordCodec}. */
final class QueueRecordCodec {

  private static final int QUEUE = 16;
  private static final int PROGRESS = 17;
  private static final int SETTLED = 18;
  private static final int DEAD_LETTERS = 19;

  private static final int RANGE_BYTES = 8 + 8;
  private static final int FAILURE_BYTES = 8 + 4 + 8 + 1;

  private QueueRecordCodec() {}

  static boolean isOfQueue(int type) {
    return QUEUE <= type && type <= DEAD_LETTERS;
  }

  static EncodedGroupRecord encode(GroupRecord record) {
    if (record instanceof QueueSettled settled) {
      return new EncodedGroupRecord(
          key(SETTLED, settled.group(), settled.partition()),
          progress(settled.start(), settled.done(), settled.failed()));
    }
    if (record instanceof QueueProgressSet set) {
      QueueProgress progress = set.progress();
      return new EncodedGroupRecord(
          key(PROGRESS, set.group(), set.partition()),
          progress(progress.start(), progress.done(), progress.failed()));
    }
    if (record instanceof QueueDeadLettersSet set) {
      return new EncodedGroupRecord(
          key(DEAD_LETTERS, set.group(), set.partition()),
          GroupRecordCodec.value().i64(set.count()).bytes());
    }
    if (record instanceof QueueProgressRemoved removed) {
      return new EncodedGroupRecord(
          key(PROGRESS, removed.group(), removed.partition()), GroupRecordCodec.REMOVED);
    }
    if (record instanceof QueueSet set) {
      return new EncodedGroupRecord(
          GroupRecordCodec.key(QUEUE).string(set.group()).bytes(), settings(set.settings()));
    }
    throw new IllegalArgumentException("no encoding for " + record);
  }

  static GroupRecord removal(int type, GroupRecordReader key) {
    if (type == PROGRESS) {
      return new QueueProgressRemoved(key.string(), key.partition());
    }
    throw GroupRecordException.corrupt("type " + type + " has no value");
  }

  static GroupRecord change(int type, GroupRecordReader key, GroupRecordReader value) {
    return switch (type) {
      case QUEUE -> new QueueSet(key.string(), settings(value));
      case PROGRESS -> progressSet(key, value);
      case SETTLED ->
          new QueueSettled(
              key.string(), key.partition(), start(value), ranges(value), failures(value));
      case DEAD_LETTERS ->
          new QueueDeadLettersSet(key.string(), key.partition(), deadLetterCount(value));
      default -> throw GroupRecordException.tooNew("type", type);
    };
  }

  private static QueueProgressSet progressSet(GroupRecordReader key, GroupRecordReader value) {
    String group = key.string();
    PartitionId partition = key.partition();
    long start = start(value);
    List<QueueRange> done = ranges(value);
    List<QueueFailure> failed = failures(value);
    QueueProgress progress = QueueProgress.at(start).settled(start, done, failed);
    if (progress.start() != start
        || !progress.done().equals(done)
        || !progress.failed().equals(failed)) {
      throw GroupRecordException.corrupt("its done ranges and failures contradict each other");
    }
    return new QueueProgressSet(group, partition, progress);
  }

  private static long start(GroupRecordReader value) {
    long start = value.i64();
    if (start < 0) {
      throw GroupRecordException.corrupt("start " + start);
    }
    return start;
  }

  private static long deadLetterCount(GroupRecordReader value) {
    long count = value.i64();
    if (count < 0) {
      throw GroupRecordException.corrupt(count + " dead letters");
    }
    return count;
  }

  private static List<QueueRange> ranges(GroupRecordReader value) {
    int count = value.count(RANGE_BYTES);
    List<QueueRange> ranges = new ArrayList<>(count);
    long after = -1;
    for (int i = 0; i < count; i++) {
      QueueRange range = new QueueRange(value.i64(), value.i64());
      boolean last = range.to() == Long.MAX_VALUE;
      if (range.from() <= after || range.to() <= range.from() || last) {
        throw GroupRecordException.corrupt("done ranges are not in order");
      }
      after = range.to();
      ranges.add(range);
    }
    return ranges;
  }

  private static List<QueueFailure> failures(GroupRecordReader value) {
    int count = value.count(FAILURE_BYTES);
    List<QueueFailure> failures = new ArrayList<>(count);
    long before = -1;
    for (int i = 0; i < count; i++) {
      QueueFailure failure = new QueueFailure(value.i64(), value.i32(), value.i64(), fate(value));
      boolean last = failure.offset() == Long.MAX_VALUE;
      if (failure.offset() <= before || last) {
        throw GroupRecordException.corrupt("failures are not in order");
      }
      if (failure.attempts() < 0 || failure.retryAtMicros() < 0) {
        throw GroupRecordException.corrupt("a failure with a negative number");
      }
      before = failure.offset();
      failures.add(failure);
    }
    return failures;
  }

  private static QueueFate fate(GroupRecordReader value) {
    int code = value.u8();
    try {
      return QueueFate.ofCode(code);
    } catch (IllegalArgumentException e) {
      throw GroupRecordException.tooNew("fate", code);
    }
  }

  private static byte[] progress(long start, List<QueueRange> done, List<QueueFailure> failed) {
    GroupRecordWriter value = GroupRecordCodec.value().i64(start).i32(done.size());
    for (QueueRange range : done) {
      value.i64(range.from()).i64(range.to());
    }
    value.i32(failed.size());
    for (QueueFailure failure : failed) {
      value
          .i64(failure.offset())
          .i32(failure.attempts())
          .i64(failure.retryAtMicros())
          .u8(failure.fate().code());
    }
    return value.bytes();
  }

  private static byte[] settings(QueueRules settings) {
    return GroupRecordCodec.value()
        .i64(settings.lockMicros())
        .i32(settings.maxAttempts())
        .i64(settings.backOffMicros())
        .i64(settings.backOffMaxMicros())
        .u8(settings.deadLetters().discard() ? 1 : 0)
        .string(settings.deadLetters().topic())
        .u8(settings.ordering().code())
        .bytes();
  }

  private static QueueRules settings(GroupRecordReader value) {
    return new QueueRules(
        positive(value.i64()),
        (int) positive(value.i32()),
        positive(value.i64()),
        positive(value.i64()),
        deadLetters(value),
        ordering(value));
  }

  private static long positive(long number) {
    if (number < 0) {
      throw GroupRecordException.corrupt("a setting of " + number);
    }
    return number;
  }

  private static DeadLetterRule deadLetters(GroupRecordReader value) {
    int discard = value.u8();
    String topic = value.string();
    if (discard > 1 || (discard == 1 && !topic.isEmpty())) {
      throw GroupRecordException.corrupt("a rule for dead letters of " + discard);
    }
    return new DeadLetterRule(topic, discard == 1);
  }

  private static QueueOrder ordering(GroupRecordReader value) {
    int code = value.u8();
    try {
      return QueueOrder.ofCode(code);
    } catch (IllegalArgumentException e) {
      throw GroupRecordException.tooNew("ordering", code);
    }
  }

  private static byte[] key(int type, String group, PartitionId partition) {
    return GroupRecordCodec.key(type).string(group).partition(partition).bytes();
  }
}
