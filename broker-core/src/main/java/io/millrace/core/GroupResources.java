package io.millrace.core;

import io.millrace.group.Moment;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.record.BatchLimits;
import java.time.InstantSource;

/** What the groups use of the broker. */
record GroupResources(
    ReaderPool readers,
    Flusher timer,
    MemoryBudget budget,
    BatchLimits limits,
    InstantSource clock) {

  private static final long NANOS_PER_MICRO = 1000;

  /** That of groups. */
  MemoryShare memory() {
    return budget.share(MemoryBudget.Use.GROUPS);
  }

  /** The time now, on both clocks. */
  Moment now() {
    return new Moment(System.nanoTime() / NANOS_PER_MICRO, EpochMicros.of(clock.instant()));
  }
}
