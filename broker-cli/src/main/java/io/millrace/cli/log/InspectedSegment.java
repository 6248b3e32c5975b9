package io.millrace.cli.log;

import io.millrace.storage.mapped.tool.LogInspector.BatchView;
import io.millrace.storage.mapped.tool.LogInspector.SegmentView;
import io.millrace.storage.mapped.tool.LogInspector.SegmentVisitor;
import java.util.ArrayList;
import java.util.List;

/**
 * The contents of a segment file: totals, problems and, on request, a description of each batch.
 */
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

  /** Every batch, in order of position; empty if batches were not requested. */
  List<BatchView> batches() {
    return batches;
  }

  /** Whether batches were requested. */
  boolean keepsBatches() {
    return keepBatches;
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

  /** The bytes up to the end of the last batch. The rest of the file is preallocated. */
  long usedBytes() {
    return usedBytes;
  }

  /** The first batch; null if the segment has no batch. */
  BatchView first() {
    return first;
  }

  /** The last batch; null if the segment has no batch. */
  BatchView last() {
    return last;
  }
}
