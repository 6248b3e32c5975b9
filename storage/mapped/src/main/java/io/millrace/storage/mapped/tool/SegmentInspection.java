package io.millrace.storage.mapped.tool;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.mapped.file.BatchCursor;
import io.millrace.storage.mapped.file.BatchHeaderSearch;
import io.millrace.storage.mapped.file.BatchProof;
import io.millrace.storage.mapped.file.ExpectedBatch;
import io.millrace.storage.mapped.file.KnownDamage;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads one segment for {@link LogInspector} and reports its batches and the bytes between them. It
 * continues after damage. One thread, once.
 */
final class SegmentInspection {

  private final LogInspector.SegmentView segment;
  private final SegmentChannel file;
  private final LogInspector.SegmentVisitor visitor;
  private final BatchProof proof;
  private final BatchHeaderSearch search;
  private final int limit;

  private int position = SegmentHeader.BYTES;
  private long nextOffset;
  private int epoch;

  /**
   * @param file the file, which the caller closes
   * @param proof the proofs of the segment
   */
  SegmentInspection(
      LogInspector.SegmentView segment,
      SegmentChannel file,
      BatchProof proof,
      LogInspector.SegmentVisitor visitor) {
    this.segment = segment;
    this.file = file;
    this.visitor = visitor;
    this.proof = proof;
    this.search = new BatchHeaderSearch(proof);
    this.limit = (int) segment.bytes();
    this.nextOffset = segment.baseOffset();
  }

  void run() throws IOException {
    while (limit - position >= BatchHeader.BYTES) {
      BatchCursor cursor =
          new BatchCursor(
              file, limit, new ExpectedBatch(position, nextOffset, epoch), proof, KnownDamage.NONE);
      BatchCursor.Found found = reportBatches(cursor);
      int next = search.find(file, cursor.position(), limit);
      if (next == cursor.position()) {
        report(cursor.header(), cursor.damage());
      } else if (next >= 0 || found == BatchCursor.Found.DAMAGE) {
        int until = next < 0 ? limit : next;
        String what = found == BatchCursor.Found.DAMAGE ? cursor.damage() : "zeros before a batch";
        visitor.damage(cursor.position(), until - cursor.position(), what);
        position = until;
        if (next >= 0) {
          // The number of damaged offsets is known only from the batch after the damage.
          nextOffset = baseOffsetAt(next);
        }
      } else {
        return;
      }
    }
  }

  private long baseOffsetAt(int at) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(BatchHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return BatchHeader.baseOffset(file.read(header, at), 0);
  }

  private BatchCursor.Found reportBatches(BatchCursor cursor) throws IOException {
    BatchCursor.Found found = cursor.check(true);
    while (found == BatchCursor.Found.BATCH) {
      report(cursor.header(), "");
      cursor.advance();
      found = cursor.check(true);
    }
    return found;
  }

  /** Reports a batch whose header is valid, and moves past it. */
  private void report(ByteBuffer header, String damage) {
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
