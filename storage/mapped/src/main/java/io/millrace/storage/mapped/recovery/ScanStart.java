package io.millrace.storage.mapped.recovery;

import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.StoredSegment;
import java.util.List;

/**
 * Where recovery begins to look at batches.
 *
 * @param segment index in the list of segments found
 * @param position in that segment
 * @param offset of the batch that begins there, or will
 */
record ScanStart(int segment, int position, long offset) {

  /** At the checkpoint, or with the oldest batch where the checkpoint's place is gone. */
  static ScanStart of(Checkpoint checkpoint, List<StoredSegment> found) {
    for (int i = 0; checkpoint != null && i < found.size(); i++) {
      if (found.get(i).baseOffset() == checkpoint.segment()
          && checkpoint.position() <= found.get(i).bytes()) {
        return new ScanStart(i, checkpoint.position(), checkpoint.offset());
      }
    }
    return new ScanStart(0, SegmentHeader.BYTES, found.get(0).baseOffset());
  }
}
