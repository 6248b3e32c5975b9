package io.millrace.server.audit;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the audit log has taken and what it has lost. Any thread. */
public final class AuditCounters {

  private final Map<AuditResult, LongAdder> events = new EnumMap<>(AuditResult.class);
  private final LongAdder droppedFromLog = new LongAdder();
  private final LongAdder droppedFromTopic = new LongAdder();

  AuditCounters() {
    for (AuditResult result : AuditResult.values()) {
      events.put(result, new LongAdder());
    }
  }

  void recorded(AuditResult result) {
    events.get(result).increment();
  }

  void dropFromLog() {
    droppedFromLog.increment();
  }

  void dropFromTopic(long count) {
    droppedFromTopic.add(count);
  }

  /** The events with this result, whether they were written, counted or lost. */
  public long events(AuditResult result) {
    return events.get(result).sum();
  }

  /** The events that are not in the log, because too much waited or the disk was full. */
  public long droppedFromLog() {
    return droppedFromLog.sum();
  }

  /** The lines that are not in the topic. */
  public long droppedFromTopic() {
    return droppedFromTopic.sum();
  }
}
