package io.millrace.client;

/**
 * The point at which the broker acknowledges an event. It decides which failures the event
 * survives.
 */
public enum Ack {
  /**
   * No acknowledgement. The receipt comes when the event is written to the socket, and has no
   * offset. The client resends nothing: events are lost when the connection breaks or the broker
   * refuses them.
   */
  NONE,
  /**
   * The event is stored in the broker's log. It survives a crash of the broker process, but not a
   * power failure.
   */
  STORED,
  /** The event is fsynced to the broker's disk. It survives a power failure. The default. */
  SYNCED
}
