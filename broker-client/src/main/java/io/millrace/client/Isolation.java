package io.millrace.client;

/** Which events are visible to a consumer. */
public enum Isolation {
  /**
   * Events before the durable offset. All of them are fsynced to the broker's disk, so that no
   * power failure can remove an event that the consumer has read. The default.
   */
  DURABLE,
  /**
   * All stored events, before they are fsynced. A power failure of the broker can remove an event
   * that the consumer has read.
   */
  LATEST
}
