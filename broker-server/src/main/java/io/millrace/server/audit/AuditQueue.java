package io.millrace.server.audit;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The events that wait for the writer, in at most {@value #MAX_BYTES} bytes of memory. A quarter of
 * them is for what clients cannot repeat at will, so that a flood of denials hides no change. Any
 * thread adds; one takes. Does not block.
 */
final class AuditQueue {

  static final int MAX_BYTES = 1024 * 1024;
  private static final int MAX_BYTES_OF_REPEATABLE = MAX_BYTES / 4 * 3;

  private final Queue<AuditEntry> entries = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();

  /** Adds an entry, unless the queue is full. */
  boolean offer(AuditEntry entry) {
    int limit = entry.event().isRepeatable() ? MAX_BYTES_OF_REPEATABLE : MAX_BYTES;
    int size = entry.event().heapBytes();
    if (bytes.addAndGet(size) > limit) {
      bytes.addAndGet(-size);
      return false;
    }
    entries.add(entry);
    return true;
  }

  /** The oldest entry; null if there is none. */
  AuditEntry poll() {
    AuditEntry entry = entries.poll();
    if (entry != null) {
      bytes.addAndGet(-entry.event().heapBytes());
    }
    return entry;
  }
}
