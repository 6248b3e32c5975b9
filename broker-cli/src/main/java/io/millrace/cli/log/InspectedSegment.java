package io.millrace.cli.log;

import io.millrace.storage.mapped.tool.LogInspector.BatchView;
import io.millrace.storage.mapped.tool.LogInspector.SegmentView;
import io.millrace.storage.mapped.tool.LogInspector.SegmentVisitor;
import java.util.ArrayList;
import java.util.List;

/** What was found in a segment file: a sum, what is damaged, and each batch where it is wanted. */
final class InspectedSegment implements SegmentVisitor {

  private final SegmentView view;
  private final boolean keepBatches;
  private final List<BatchView> batches = new ArrayList<>();
  private final List<String> problems;
  private long batchCount;
  private long eventCount;
  private long usedBytes;
  private BatchView first;
  private BatchView last;

  InspectedSegment(SegmentView view, boolean keepBatches) {
    this.view = view;
    this.keepBatches = keepBatches;
    this.problems = new ArrayList<>(view.problems());
  }

  @Override
  public void batch(BatchView batch) {
    batchCount++;
    eventCount += batch.recordCount();
    usedBytes = batch.position() + (long) batch.bytes();
    first = first == null ? batch : first;
    last = batch;
    if (!batch.damage().isEmpty()) {
      problems.add("batch at position " + batch.position() + ": " + batch.damage());
    }
    if (keepBatches) {
      batches.add(batch);
    }
  }

  @Override
  public void damage(int position, int bytes, String what) {
    problems.add(bytes + " bytes at position " + position + ": " + what);
  }

  SegmentView view() {
    return view;
  }

  /** Every batch in order of position; empty where they were not wanted. */
  List<BatchView> batches() {
    return batches;
  }

  List<String> problems() {
    return problems;
  }

  long batchCount() {
    return batchCount;
  }

  long eventCount() {
    return eventCount;
  }

  /** Bytes up to the end of the last batch; the rest of the file is preallocated. */
  long usedBytes() {
    return usedBytes;
  }

  /** Null where the segment has no batch. */
  BatchView first() {
    return first;
  }

  /** Null where the segment has no batch. */
  BatchView last() {
    return last;
  }
}
