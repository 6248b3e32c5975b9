package io.millrace.storage.mapped.recovery;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogReplay;
import io.millrace.storage.mapped.file.BatchCursor;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.ExpectedBatch;
import io.millrace.storage.mapped.file.KnownDamage;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.StoredSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gives the owner of a log the state of the last checkpoint and the headers of the batches after
 * it. Changes nothing on disk. One thread.
 */
final class CheckpointReplay {

  /**
   * The position of the first batch to read.
   *
   * @param segment the index of the segment in the list of segments
   * @param position the position in that segment
   * @param offset the offset that is expected at the position
   */
  record Start(int segment, int position, long offset) {}

  private final Checkpoint checkpoint;
  private final LogReplay replay;

  /**
   * @param checkpoint null if there is none
   */
  CheckpointReplay(Checkpoint checkpoint, LogReplay replay) {
    this.checkpoint = checkpoint;
    this.replay = replay;
  }

  /** Offset of the checkpoint, 0 if there is none. */
  long offset() {
    return checkpoint == null ? 0 : checkpoint.offset();
  }

  /** Epoch of the opening that wrote the checkpoint, 0 if there is none. */
  int epoch() {
    return checkpoint == null ? 0 : checkpoint.epoch();
  }

  /**
   * The position of the checkpoint, or of the oldest batch if there is no checkpoint or its segment
   * is gone.
   */
  static Start start(Checkpoint checkpoint, List<StoredSegment> segments) {
    for (int i = 0; checkpoint != null && i < segments.size(); i++) {
      if (segments.get(i).baseOffset() == checkpoint.segment()
          && checkpoint.position() <= segments.get(i).bytes()) {
        return new Start(i, checkpoint.position(), checkpoint.offset());
      }
    }
    return new Start(0, SegmentHeader.BYTES, segments.get(0).baseOffset());
  }

  /** Replays the state of the checkpoint, if there is one. */
  void replayState() {
    if (checkpoint != null) {
      replay.restore(checkpoint.state());
    }
  }

  /** Replays the header of a batch, unless the batch is below the checkpoint. */
  void replay(ByteBuffer header) {
    if (BatchHeader.baseOffset(header, header.position()) >= offset()) {
      replay.replay(header);
    }
  }

  /**
   * Replays the headers of the batches from the checkpoint to an offset. The headers must reach it.
   */
  void replayUpTo(long endOffset, List<StoredSegment> segments, KnownDamage damage) {
    followHeaders(start(checkpoint, segments), endOffset, segments, damage, this::replay);
  }

  /** Whether valid headers lead from the checkpoint to an offset, without a gap. */
  static boolean reaches(
      long endOffset, Checkpoint checkpoint, List<StoredSegment> segments, KnownDamage damage) {
    Start start = start(checkpoint, segments);
    return followHeaders(start, endOffset, segments, damage, header -> {}) >= endOffset;
  }

  /**
   * Follows the batch headers from a position on.
   *
   * @return the offset after the last one
   */
  private static long followHeaders(
      Start start,
      long endOffset,
      List<StoredSegment> segments,
      KnownDamage damage,
      Consumer<ByteBuffer> headers) {
    int position = start.position();
    long offset = start.offset();
    for (int i = start.segment(); i < segments.size() && offset < endOffset; i++) {
      StoredSegment segment = segments.get(i);
      try (SegmentChannel file = segment.openToRead()) {
        BatchCursor cursor =
            new BatchCursor(
                file,
                segment.bytes(),
                new ExpectedBatch(position, offset, 0),
                segment.proof(),
                damage);
        while (cursor.nextOffset() < endOffset && cursor.check(false) == BatchCursor.Found.BATCH) {
          headers.accept(cursor.header());
          cursor.advance();
        }
        offset = cursor.nextOffset();
        position = SegmentHeader.BYTES;
      } catch (IOException e) {
        throw DiskFailure.of("read", segment.path(), e);
      }
    }
    return offset;
  }
}
