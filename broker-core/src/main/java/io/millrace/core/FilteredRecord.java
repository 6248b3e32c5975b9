package io.millrace.core;

import io.millrace.filter.ByteRange;
import io.millrace.filter.FilterEvent;
import io.millrace.protocol.record.BatchReader;

/** The current record of a reader, as a filter sees it. Copies nothing. One thread at a time. */
final class FilteredRecord implements FilterEvent {

  private final BatchReader record;
  private int partition;

  FilteredRecord(BatchReader record) {
    this.record = record;
  }

  /** Sets the partition of the records that follow. */
  void partition(int number) {
    partition = number;
  }

  @Override
  public int partition() {
    return partition;
  }

  @Override
  public long offset() {
    return record.offset();
  }

  @Override
  public long timestampMicros() {
    return record.eventTimeMicros();
  }

  @Override
  public long appendTimeMicros() {
    return record.appendTimeMicros();
  }

  @Override
  public void source(ByteRange to) {
    set(to, record.sourceAt(), record.sourceLength());
  }

  @Override
  public void key(ByteRange to) {
    set(to, record.keyAt(), record.keyLength());
  }

  @Override
  public void value(ByteRange to) {
    set(to, record.valueAt(), record.valueLength());
  }

  @Override
  public boolean header(byte[] name, ByteRange to) {
    boolean found = record.findHeader(name);
    if (found) {
      set(to, record.headerValueAt(), record.headerValueLength());
    }
    return found;
  }

  private void set(ByteRange to, int at, int length) {
    if (length < 0) {
      to.setAbsent();
    } else {
      to.set(record.bytes(), at, length);
    }
  }
}
