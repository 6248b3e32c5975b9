package io.millrace.storage.memory;

import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogId;
import io.millrace.storage.SegmentSizes;
import java.util.concurrent.Executor;

/** An open log in the heap whose caller decides when appends become durable. */
final class ForcedMemoryLog extends MemoryLog implements ForcedLog {

  ForcedMemoryLog(LogId id, SegmentSizes sizes, MemoryLogData data) {
    super(id, sizes, data);
  }

  @Override
  Executor completions() {
    return null;
  }

  @Override
  public long force() {
    requireOpen();
    return data().force();
  }
}
