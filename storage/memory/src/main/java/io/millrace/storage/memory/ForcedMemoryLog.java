package io.millrace.storage.memory;

import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogId;
import io.millrace.storage.LogSettings;

/** An open log in the heap whose caller decides when appends become durable. */
final class ForcedMemoryLog extends MemoryLog implements ForcedLog {

  ForcedMemoryLog(LogId id, LogSettings settings, MemoryLogData data) {
    super(id, settings, data);
  }

  @Override
  public long force() {
    requireOpen();
    return data().force();
  }
}
