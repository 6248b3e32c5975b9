package io.millrace.storage.mapped.recovery;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogReplay;
import io.millrace.storage.mapped.file.BatchCursor;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.DamageRecord;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.StoredSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * Goes from batch header to batch header, through segments as they were found, as far as the
 * headers lead. Reads only. One thread.
 *
 * @param damage known ranges, which are passed over
 */
public record CheckpointReplay(List<StoredSegment> found, DamageRecord damage) {

  /** Whether the batches behind a checkpoint lead to an offset, so that they can be replayed. */
  public boolean leads(Checkpoint checkpoint, long endOffset) {
    return walk(checkpoint, endOffset, header -> {}) >= endOffset;
  }

  /** Replays the batches between a checkpoint and an offset, to which they lead. */
  void replay(Checkpoint checkpoint, long endOffset, LogReplay replay) {
    long from = checkpoint == null ? 0 : checkpoint.offset();
    walk(checkpoint, endOffset, header -> replayFrom(from, header, replay));
  }

  /** Where the checkpoint's place is gone, the walk begins before it. */
  private static void replayFrom(long offset, ByteBuffer header, LogReplay replay) {
    if (BatchHeader.baseOffset(header, header.position()) >= offset) {
      replay.replay(header);
    }
  }

  private long walk(Checkpoint checkpoint, long endOffset, Consumer<ByteBuffer> to) {
    ScanStart start = ScanStart.of(checkpoint, found);
    int position = start.position();
    long offset = start.offset();
    for (int i = start.segment(); i < found.size() && offset < endOffset; i++) {
      StoredSegment segment = found.get(i);
      try (SegmentChannel bytes = SegmentChannel.open(segment.path(), segment.reads())) {
        BatchCursor scan = new BatchCursor(bytes, position, segment.bytes(), offset, 0, damage);
        while (scan.nextOffset() < endOffset && scan.look(false) == BatchCursor.Found.BATCH) {
          to.accept(scan.header());
          scan.skip();
        }
        offset = scan.nextOffset();
        position = SegmentHeader.BYTES;
      } catch (IOException e) {
        throw DiskFailure.of("read", segment.path(), e);
      }
    }
    return offset;
  }
}
