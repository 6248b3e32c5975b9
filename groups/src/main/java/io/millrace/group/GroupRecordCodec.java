package io.millrace.group;

import io.millrace.group.GroupRecord.CurrentSet;
import io.millrace.group.GroupRecord.EpochFloor;
import io.millrace.group.GroupRecord.GroupRemoved;
import io.millrace.group.GroupRecord.GroupSet;
import io.millrace.group.GroupRecord.MemberRemoved;
import io.millrace.group.GroupRecord.MemberSet;
import io.millrace.group.GroupRecord.OffsetRemoved;
import io.millrace.group.GroupRecord.OffsetSet;
import io.millrace.group.GroupRecord.TargetSet;

/**
 * The bytes of {@link GroupRecord}s. Little-endian; a string is a u16 length and UTF-8.
 *
 * <pre>
 *  key                                       value (empty: removed)
 *  ───                                       ─────
 *  u8 1                                      u8 version 1, i64 epoch floor
 *  u8 2, string group                        u8 version 1, u8 kind (1 native, 3 shared; 2 is
 *                                            reserved for classic groups), i64 epoch, u8 assignor,
 *                                            i64 offset retention, i64 empty since,
 *                                            string last member
 *  u8 3, string group, string member         u8 version 1, i64 join epoch, string static name,
 *                                            string client id, string host, i64 session timeout,
 *                                            i64 processing time, i32 subscription version,
 *                                            u16 count of topics, their names, string pattern
 *  u8 4, string group, string member         u8 version 1, partitions
 *  u8 5, string group, string member         u8 version 1, i64 epoch, owned partitions (assigned),
 *                                            owned partitions (releasing)
 *  u8 6, string group, uuid topic,           u8 version 1, i64 offset, i32 leader epoch,
 *        i32 partition                       string metadata, i64 committed at
 *  u8 16, string group                       u8 version 1, i64 lock time, i32 attempts,
 *                                            i64 back-off, i64 longest back-off,
 *                                            u8 discard, string dead-letter topic, u8 ordering
 *  u8 17, string group, uuid topic,          u8 version 1, i64 start, done ranges, failures: what is
 *         i32 partition                      done
 *  u8 18, string group, uuid topic,          u8 version 1, i64 start, done ranges, failures: what
 *         i32 partition                      was done since the last record of type 17 or 18
 *  u8 19, string group, uuid topic,          u8 version 1, i64 events that became dead letters since
 *         i32 partition                      the last record of type 17
 *
 *  partitions: i32 count of topics, for each: uuid, i32 count, i32 numbers in ascending order
 *  owned partitions: the same with an i64 epoch after each number
 *  done ranges: i32 count, for each: i64 from, i64 to; in ascending order, not touching
 *  failures: i32 count, for each: i64 offset, i32 attempts, i64 retry at, u8 fate; ascending
 * </pre>
 *
 * <p>Times are in microseconds. A value of a new version may have more fields; the layout of a key
 * never changes. The protocol type and the opaque metadata of members of classic groups will be
 * fields of version 2 of the values 2 and 3. Types 16 to 31 belong to queues.
 *
 * <p>Each record has exactly one encoding. The decoder refuses everything else with {@link
 * GroupRecordException}, and allocates no more than a small multiple of the bytes that it reads.
 */
public final class GroupRecordCodec {

  private static final int FLOOR = 1;
  private static final int GROUP = 2;
  private static final int MEMBER = 3;
  private static final int TARGET = 4;
  private static final int CURRENT = 5;
  private static final int OFFSET = 6;

  private static final int VERSION = 1;
  static final byte[] REMOVED = {};

  private GroupRecordCodec() {}

  public static EncodedGroupRecord encode(GroupRecord record) {
    if (record instanceof EpochFloor floor) {
      return new EncodedGroupRecord(key(FLOOR).bytes(), value().i64(floor.epoch()).bytes());
    }
    if (record instanceof GroupSet set) {
      return new EncodedGroupRecord(key(GROUP).string(set.group()).bytes(), groupValue(set));
    }
    if (record instanceof GroupRemoved removed) {
      return new EncodedGroupRecord(key(GROUP).string(removed.group()).bytes(), REMOVED);
    }
    if (record instanceof MemberSet set) {
      return new EncodedGroupRecord(memberKey(MEMBER, set.group(), set.member()), memberValue(set));
    }
    if (record instanceof MemberRemoved removed) {
      return new EncodedGroupRecord(memberKey(MEMBER, removed.group(), removed.member()), REMOVED);
    }
    if (record instanceof TargetSet set) {
      return new EncodedGroupRecord(
          memberKey(TARGET, set.group(), set.member()),
          value().partitions(set.partitions()).bytes());
    }
    if (record instanceof CurrentSet set) {
      return new EncodedGroupRecord(
          memberKey(CURRENT, set.group(), set.member()),
          value().i64(set.epoch()).owned(set.assigned()).owned(set.releasing()).bytes());
    }
    if (record instanceof OffsetSet set) {
      CommittedOffset committed = set.committed();
      return new EncodedGroupRecord(
          offsetKey(set.group(), set.partition()),
          value()
              .i64(committed.offset())
              .i32(committed.leaderEpoch())
              .string(committed.metadata())
              .i64(committed.committedAtMicros())
              .bytes());
    }
    if (record instanceof OffsetRemoved removed) {
      return new EncodedGroupRecord(offsetKey(removed.group(), removed.partition()), REMOVED);
    }
    return QueueRecordCodec.encode(record);
  }

  /**
   * Reads a record.
   *
   * @throws GroupRecordException {@code CORRUPT_LOG} or {@code LOG_TOO_NEW}
   */
  public static GroupRecord decode(EncodedGroupRecord encoded) {
    GroupRecordReader key = new GroupRecordReader("key", encoded.key());
    GroupRecordReader value = new GroupRecordReader("value", encoded.value());
    boolean removed = encoded.value().length == 0;
    int type = key.u8();
    if ((type < FLOOR || type > OFFSET) && !QueueRecordCodec.isOfQueue(type)) {
      throw GroupRecordException.tooNew("type", type);
    }
    if (!removed) {
      int version = value.u8();
      if (version == 0) {
        throw GroupRecordException.corrupt("version 0");
      }
      if (version > VERSION) {
        throw GroupRecordException.tooNew("version", version);
      }
    }
    GroupRecord record = removed ? removal(type, key) : change(type, key, value);
    key.end();
    value.end();
    return record;
  }

  private static GroupRecord removal(int type, GroupRecordReader key) {
    return switch (type) {
      case GROUP -> new GroupRemoved(key.string());
      case MEMBER -> new MemberRemoved(key.string(), key.string());
      case OFFSET -> new OffsetRemoved(key.string(), key.partition());
      default -> QueueRecordCodec.removal(type, key);
    };
  }

  private static GroupRecord change(int type, GroupRecordReader key, GroupRecordReader value) {
    return switch (type) {
      case FLOOR -> new EpochFloor(value.i64());
      case GROUP -> groupSet(key, value);
      case MEMBER -> memberSet(key, value);
      case TARGET -> new TargetSet(key.string(), key.string(), value.partitions());
      case CURRENT ->
          new CurrentSet(key.string(), key.string(), value.i64(), value.owned(), value.owned());
      case OFFSET ->
          new OffsetSet(
              key.string(),
              key.partition(),
              new CommittedOffset(value.i64(), value.i32(), value.string(), value.i64()));
      default -> QueueRecordCodec.change(type, key, value);
    };
  }

  private static GroupSet groupSet(GroupRecordReader key, GroupRecordReader value) {
    return new GroupSet(
        key.string(),
        kind(value),
        value.i64(),
        assignor(value),
        value.i64(),
        value.i64(),
        value.string());
  }

  private static GroupType kind(GroupRecordReader value) {
    int code = value.u8();
    for (GroupType kind : GroupType.values()) {
      if (kind.code() == code) {
        return kind;
      }
    }
    throw GroupRecordException.tooNew("kind", code);
  }

  private static Assignor assignor(GroupRecordReader value) {
    int code = value.u8();
    try {
      return Assignor.ofCode(code);
    } catch (IllegalArgumentException e) {
      throw GroupRecordException.tooNew("assignor", code);
    }
  }

  private static byte[] groupValue(GroupSet set) {
    return value()
        .u8(set.kind().code())
        .i64(set.epoch())
        .u8(set.assignor().code())
        .i64(set.offsetRetentionMicros())
        .i64(set.emptySinceMicros())
        .string(set.lastMember())
        .bytes();
  }

  private static MemberSet memberSet(GroupRecordReader key, GroupRecordReader value) {
    return new MemberSet(
        key.string(),
        key.string(),
        value.i64(),
        new MemberSettings(
            value.string(), value.string(), value.string(), value.i64(), value.i64()),
        new MemberSubscription(value.i32(), value.names(), value.string()));
  }

  private static byte[] memberValue(MemberSet set) {
    MemberSettings settings = set.settings();
    return value()
        .i64(set.joinEpoch())
        .string(settings.staticName())
        .string(settings.clientId())
        .string(settings.host())
        .i64(settings.sessionTimeoutMicros())
        .i64(settings.maxProcessingMicros())
        .i32(set.subscription().version())
        .names(set.subscription().topics())
        .string(set.subscription().pattern())
        .bytes();
  }

  private static byte[] memberKey(int type, String group, String member) {
    return key(type).string(group).string(member).bytes();
  }

  private static byte[] offsetKey(String group, PartitionId partition) {
    return key(OFFSET).string(group).partition(partition).bytes();
  }

  static GroupRecordWriter key(int type) {
    return new GroupRecordWriter().u8(type);
  }

  static GroupRecordWriter value() {
    return new GroupRecordWriter().u8(VERSION);
  }
}
