package io.millrace.client.internal.connection;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.List;

/** The unanswered requests of one connection, by correlation id. Event loop only. */
final class PendingRequests {

  /** The most unanswered requests at which the connection takes another batch. */
  static final int MAX = 65_536;

  private final IntObjectMap<ResponseHandler> handlers = new IntObjectHashMap<>();
  private int lastCorrelationId;

  /** A correlation id for the next request. Zero is left out: it stands for "no answer". */
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

  /** Removes all; returns their handlers. */
  List<ResponseHandler> removeAll() {
    List<ResponseHandler> all = new ArrayList<>(handlers.values());
    handlers.clear();
    return all;
  }
}
