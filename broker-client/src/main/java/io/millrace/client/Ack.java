package io.millrace.client;

/** How safe an event must be before its receipt comes. */
public enum Ack {
  /**
   * Not waited for: the receipt comes when the event was written to the socket, without an offset.
   * Nothing is resent, so events may be lost when the connection breaks or the broker refuses them.
   */
  NONE,
  /** In the broker's log: survives the death of the broker process, not a power cut. */
  STORED,
  /** Forced to the broker's disk: survives a power cut. The default. */
  SYNCED
}
