package io.millrace.storage.mapped;

import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.LogId;
import io.millrace.storage.LogReplay;
import io.millrace.storage.SegmentSizes;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The repair of one log that no broker uses: recovery, then a check of every durable batch and the
 * rebuild of missing indexes.
 *
 * @param changes one sentence each; empty if nothing was to repair
 * @param damage the offsets that cannot be read, known before or found now
 */
public record OfflineRepair(List<String> changes, List<DamagedOffsets> damage) {

  public OfflineRepair {
    changes = List.copyOf(changes);
    damage = List.copyOf(damage);
  }

  /**
   * Opens a log, repairs it and closes it. Blocks on the disk. One thread.
   *
   * @throws StorageException if the log cannot be opened
   */
  public static OfflineRepair of(MappedStorage storage, LogId id) {
    try (MappedLog log = storage.open(id, SegmentSizes.LARGEST, new NoReplay())) {
      List<String> changes = new ArrayList<>(log.recovery().notes());
      changes.addAll(log.checks().runAll());
      return new OfflineRepair(changes, log.damage());
    }
  }

  /** A repair derives no state, and leaves the checkpoint for the broker. */
  private static final class NoReplay implements LogReplay {

    @Override
    public void restore(byte[] checkpointState) {
      // A repair does not use the state.
    }

    @Override
    public void replay(ByteBuffer header) {
      // A repair derives no state from batches.
    }
  }
}
