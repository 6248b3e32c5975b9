package io.millrace.storage.mapped.tool;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.mapped.file.BatchCursor;
import io.millrace.storage.mapped.file.BatchHeaderSearch;
import io.millrace.storage.mapped.file.DamageRecord;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Goes through a segment for {@link LogInspector}, over damage. One thread, once. */
final class SegmentInspection {

  private final LogInspector.SegmentView segment;
  private final SegmentChannel bytes;
  private final LogInspector.SegmentVisitor visitor;
  private final int limit;

  private int position = SegmentHeader.BYTES;
  private long nextOffset;
  private int epoch;

  SegmentInspection(
      LogInspector.SegmentView segment, SegmentChannel bytes, LogInspector.SegmentVisitor visitor) {
    this.segment = segment;
    this.bytes = bytes;
    this.visitor = visitor;
    this.limit = (int) segment.bytes();
    this.nextOffset = segment.baseOffset();
  }

  void run() throws IOException {
    while (limit - position >= BatchHeader.BYTES) {
      BatchCursor scan =
          new BatchCursor(bytes, position, limit, nextOffset, epoch, DamageRecord.NONE);
      BatchCursor.Found found = through(scan);
      int next = BatchHeaderSearch.find(bytes, scan.position(), limit);
      if (next == scan.position()) {
        visit(scan.header(), scan.damage());
      } else if (next >= 0 || found == BatchCursor.Found.DAMAGE) {
        int until = next < 0 ? limit : next;
        String what =
            found == BatchCursor.Found.DAMAGE ? scan.damage() : "zeros, with a batch behind them";
        visitor.damage(scan.position(), until - scan.position(), what);
        position = until;
        if (next >= 0) {
          // How many offsets were in the damage, only the batch behind it can say.
          nextOffset = baseOffsetAt(next);
        }
      } else {
        return;
      }
    }
  }

  private long baseOffsetAt(int at) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(BatchHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return BatchHeader.baseOffset(bytes.read(header, at), 0);
  }

  private BatchCursor.Found through(BatchCursor scan) throws IOException {
    BatchCursor.Found found = scan.look(true);
    while (found == BatchCursor.Found.BATCH) {
      visit(scan.header(), "");
      scan.skip();
      found = scan.look(true);
    }
    return found;
  }

  /** A batch whose header is whole; the walk goes on behind it. */
  private void visit(ByteBuffer header, String damage) {
    int at = header.position();
    int length = BatchHeader.length(header, at);
    visitor.batch(
        new LogInspector.BatchView(
            position,
            length,
            BatchHeader.baseOffset(header, at),
            BatchHeader.nextOffset(header, at) - 1,
            BatchHeader.recordCount(header, at),
            BatchHeader.appendTime(header, at),
            BatchHeader.minEventTime(header, at),
            BatchHeader.maxEventTime(header, at),
            BatchHeader.codec(header, at),
            BatchHeader.producerId(header, at),
            BatchHeader.producerEpoch(header, at),
            BatchHeader.baseSequence(header, at),
            BatchHeader.durableOffset(header, at),
            BatchHeader.epoch(header, at),
            damage));
    position += Math.min(length, limit - position);
    nextOffset = BatchHeader.nextOffset(header, at);
    epoch = BatchHeader.epoch(header, at);
  }
}
