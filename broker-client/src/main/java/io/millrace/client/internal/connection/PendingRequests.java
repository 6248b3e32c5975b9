package io.millrace.client.internal.connection;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.List;

/** The requests of one connection that are not answered, by correlation id. Event loop only. */
final class PendingRequests {

  /** The number of pending requests from which on the connection takes no batches. */
  private static final int MAX = 65_536;

  private final IntObjectMap<ResponseHandler> handlers = new IntObjectHashMap<>();
  private int lastCorrelationId;

  /** The correlation id for the next request; never 0, which means "no response". */
  int nextCorrelationId() {
    if (++lastCorrelationId == 0) {
      lastCorrelationId = 1;
    }
    return lastCorrelationId;
  }

  void add(int correlationId, ResponseHandler handler) {
    handlers.put(correlationId, handler);
  }

  /** The handler of a request; null if there is none. */
  ResponseHandler get(int correlationId) {
    return handlers.get(correlationId);
  }

  void remove(int correlationId) {
    handlers.remove(correlationId);
  }

  boolean isEmpty() {
    return handlers.isEmpty();
  }

  boolean isFull() {
    return handlers.size() >= MAX;
  }

  /** Removes all requests and returns their handlers. */
  List<ResponseHandler> removeAll() {
    List<ResponseHandler> all = new ArrayList<>(handlers.values());
    handlers.clear();
    return all;
  }
}
