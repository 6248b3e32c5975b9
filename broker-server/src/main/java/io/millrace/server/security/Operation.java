package io.millrace.server.security;

/** The kinds of access to a {@link Resource}. */
public enum Operation {
  /** To read the events of a topic. */
  READ,
  /** To append events to a topic. */
  WRITE,
  /** To create a topic with this name. */
  CREATE,
  /** To change the settings of a topic, or to add partitions to it. */
  ALTER,
  /** To delete a topic and its events, or events of a topic that remains. */
  DELETE,
  /** To see the settings, offsets and sources of a topic, or the state of the broker. */
  DESCRIBE,
  /** To read the metrics of the broker. */
  METRICS
}
