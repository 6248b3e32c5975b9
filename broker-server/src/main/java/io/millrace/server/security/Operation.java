package io.millrace.server.security;

/** What a client does to a {@link Resource}. */
public enum Operation {
  /** Reads the events of a topic. */
  READ,
  /** Appends events to a topic. */
  WRITE,
  /** Creates a topic of this name. */
  CREATE,
  /** Changes the settings of a topic. */
  ALTER,
  /** Deletes a topic with its events. */
  DELETE,
  /** Sees that a topic exists, its settings, offsets and sources; or the reports of the broker. */
  DESCRIBE,
  /** Reads the metrics of the broker. */
  METRICS
}
