package io.millrace.server.nativeprotocol;

import io.millrace.core.MemoryShare;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The memory of the requests of all connections that are not answered yet. At the limit, no
 * connection reads a further request, until half of the memory is free. No request is refused: none
 * of these requests waits for its client, so memory becomes free by itself. Any thread.
 */
final class BrokerInFlight {

  private final MemoryShare memory;

  /** What continues the connections that have stopped reading because of this limit. */
  private final Set<Runnable> stopped = ConcurrentHashMap.newKeySet();

  BrokerInFlight(MemoryShare memory) {
    this.memory = memory;
  }

  void add(long bytes) {
    memory.reserve(bytes);
  }

  void remove(long bytes) {
    memory.release(bytes);
    if (!stopped.isEmpty() && isHalfEmpty()) {
      continueStopped();
    }
  }

  /**
   * Whether no further request may be read.
   *
   * @param continued called once, on any thread, when half of the memory is free. The same object
   *     counts once
   */
  boolean isFull(Runnable continued) {
    if (memory.used() < memory.limit()) {
      return false;
    }
    stopped.add(continued);
    if (isHalfEmpty()) {
      // The last request may have ended before this connection was added.
      continueStopped();
    }
    return true;
  }

  /** The connection is closed: it does not continue. */
  void forget(Runnable continued) {
    stopped.remove(continued);
  }

  private boolean isHalfEmpty() {
    return memory.used() <= memory.limit() / 2;
  }

  private void continueStopped() {
    for (Runnable each : stopped) {
      if (stopped.remove(each)) {
        each.run();
      }
    }
  }
}
