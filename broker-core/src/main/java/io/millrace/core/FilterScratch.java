package io.millrace.core;

import io.millrace.protocol.record.BatchReader;
import io.millrace.protocol.record.FilteredBatchBuilder;
import java.util.BitSet;

/** The memory with which one evaluation of a filter works. One evaluation at a time. */
final class FilterScratch {

  final BatchReader records;
  final FilteredRecord event;
  final FilteredBatchBuilder builder = new FilteredBatchBuilder();

  /** The indexes of the records of the batch that match. */
  final BitSet matching = new BitSet();

  /**
   * @param maxRecordsBytes most bytes of a batch's records, uncompressed
   */
  FilterScratch(int maxRecordsBytes) {
    this.records = new BatchReader(maxRecordsBytes);
    this.event = new FilteredRecord(records);
  }

  /** Bytes of direct memory. */
  long memoryBytes() {
    return (long) records.memoryBytes() + builder.memoryBytes();
  }
}
