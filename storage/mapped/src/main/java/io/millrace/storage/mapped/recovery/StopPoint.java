package io.millrace.storage.mapped.recovery;

import io.millrace.storage.DamagedRange;
import io.millrace.storage.mapped.file.BatchCursor;
import io.millrace.storage.mapped.file.DamageSearch;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentTail;
import io.millrace.storage.mapped.file.StoredSegment;
import java.io.IOException;
import java.util.List;

/**
 * What stands behind the place at which the scan of a segment has stopped: the rest of its file,
 * and the segments after it. It says whether more of the log was synced than the scan has come to,
 * and then how far the damage reaches. Reads only. One thread.
 *
 * @param file of the segment; not taken over
 * @param later the segments after it, oldest first
 */
public record StopPoint(StoredSegment segment, SegmentChannel file, List<StoredSegment> later) {

  /**
   * Everything below this offset was synced, as far as anything says so.
   *
   * @param known what says so before the position
   * @param position where the scan has stopped
   */
  public long synced(long known, int position) throws IOException {
    int bytes = segment.bytes();
    long synced = known;
    if (position < bytes) {
      synced = Math.max(synced, SegmentTail.read(file, position, bytes).durableOffset());
    }
    for (StoredSegment next : later) {
      synced = Math.max(synced, next.saidDurable());
      if (file.isUnreadable(position, bytes)) {
        synced = Math.max(synced, next.baseOffset());
      }
    }
    return synced;
  }

  /**
   * The damage at which a scan has stopped.
   *
   * @param synced what follows if there is nothing behind the damage
   */
  public DamagedRange damageAt(BatchCursor scan, long synced) throws IOException {
    boolean newest = later.isEmpty();
    long behind = newest ? synced : later.get(0).baseOffset();
    return search().at(scan, behind, newest ? Long.MAX_VALUE : behind);
  }

  /** As {@link #damageAt}, of a log that is known to end with this segment's bytes. */
  public DamagedRange damageBeforeEnd(BatchCursor scan, long endOffset) throws IOException {
    return search().within(scan, endOffset);
  }

  private DamageSearch search() {
    return new DamageSearch(segment.baseOffset(), file, segment.bytes());
  }

  /** Whether the log goes on with the next segment at this offset. */
  public boolean goesOnAt(long offset) {
    return !later.isEmpty() && later.get(0).baseOffset() == offset;
  }
}
