package io.millrace.client.internal.consumer;

import io.millrace.client.ConsumedEvent;
import java.util.ArrayList;
import java.util.List;

/** The events that one poll returns, up to a number of events and of bytes. */
final class PollResult {

  private final List<ConsumedEvent> events = new ArrayList<>();
  private final int maxEvents;
  private long bytesLeft;

  /**
   * @param maxBytes the limit for the bytes of keys and values; the event that reaches the limit is
   *     the last one
   */
  PollResult(int maxEvents, long maxBytes) {
    this.maxEvents = maxEvents;
    this.bytesLeft = maxBytes;
  }

  void add(ConsumedEvent event) {
    events.add(event);
    bytesLeft -= length(event.key()) + length(event.value());
  }

  /** Declares the result full. */
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
