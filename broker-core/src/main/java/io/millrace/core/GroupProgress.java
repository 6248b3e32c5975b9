package io.millrace.core;

import io.millrace.group.GroupRecord;
import io.millrace.group.PartitionId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the groups of one shard move: rates, and how often delivery has begun at one position. It is
 * not in the log. Owner thread.
 */
final class GroupProgress {

  /** Bytes of heap of one partition. */
  static final long PARTITION_BYTES = 200;

  private final Map<String, Map<PartitionId, Track>> byGroup = new HashMap<>();
  private long tracks;

  /** The movement of a group in one partition. */
  static final class Track {

    private final MovingRate in = new MovingRate();
    private final MovingRate out = new MovingRate();
    private long startedAt = -1;
    private int starts;

    /** The batch that contained the position when it was last looked up. */
    private BatchTime batch = BatchTime.NONE;

    /** Delivery begins at an offset. */
    void started(long offset) {
      starts = offset == startedAt ? starts + 1 : 1;
      startedAt = offset;
    }

    int startsAt(long position) {
      return position == startedAt ? starts : 0;
    }

    void sample(long end, long position, long nowMicros) {
      in.sample(end, nowMicros);
      out.sample(position, nowMicros);
    }

    double eventsIn() {
      return in.perSecond();
    }

    double eventsOut() {
      return out.perSecond();
    }

    BatchTime batch() {
      return batch;
    }

    void batch(BatchTime found) {
      batch = found;
    }
  }

  /** The append time of the events from an offset up to another one. */
  record BatchTime(long firstOffset, long nextOffset, long appendTimeMicros) {

    static final BatchTime NONE = new BatchTime(0, 0, 0);

    boolean contains(long offset) {
      return firstOffset <= offset && offset < nextOffset;
    }
  }

  Track track(String group, PartitionId partition) {
    return byGroup
        .computeIfAbsent(group, name -> new HashMap<>())
        .computeIfAbsent(
            partition,
            id -> {
              tracks++;
              return new Track();
            });
  }

  Optional<Track> find(String group, PartitionId partition) {
    return Optional.ofNullable(byGroup.getOrDefault(group, Map.of()).get(partition));
  }

  /** A record was staged: forgets what it removes. */
  void staged(GroupRecord record) {
    if (record instanceof GroupRecord.GroupRemoved removed) {
      Map<PartitionId, Track> gone = byGroup.remove(removed.group());
      tracks -= gone == null ? 0 : gone.size();
    } else if (record instanceof GroupRecord.OffsetRemoved removed) {
      Map<PartitionId, Track> ofGroup = byGroup.get(removed.group());
      if (ofGroup != null && ofGroup.remove(removed.partition()) != null) {
        tracks--;
      }
    }
  }

  void clear() {
    byGroup.clear();
    tracks = 0;
  }

  long bytes() {
    return tracks * PARTITION_BYTES;
  }
}
