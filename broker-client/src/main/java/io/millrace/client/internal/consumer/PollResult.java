package io.millrace.client.internal.consumer;

import io.millrace.client.ConsumedEvent;
import java.util.ArrayList;
import java.util.List;

/** The events that one poll will hand out, as long as there are neither too many nor too large. */
final class PollResult {

  private final List<ConsumedEvent> events = new ArrayList<>();
  private final int maxEvents;
  private long bytesLeft;

  /**
   * @param maxBytes of keys and values, after which no further event is added
   */
  PollResult(int maxEvents, long maxBytes) {
    this.maxEvents = maxEvents;
    this.bytesLeft = maxBytes;
  }

  void add(ConsumedEvent event) {
    events.add(event);
    bytesLeft -= length(event.key()) + length(event.value());
  }

  /** Takes no further event. */
  void end() {
    bytesLeft = 0;
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  boolean isFull() {
    return events.size() >= maxEvents || bytesLeft <= 0;
  }

  List<ConsumedEvent> events() {
    return events;
  }

  private static long length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
