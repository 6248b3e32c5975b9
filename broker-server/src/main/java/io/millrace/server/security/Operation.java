package io.millrace.server.security;

/** The kinds of access to a {@link Resource}. */
public enum Operation {
  /** To read the events of a topic, or to be a member of a group and to commit its positions. */
  READ,
  /** To append events to a topic. */
  WRITE,
  /** To create a topic with this name. */
  CREATE,
  /** To change the settings of a topic or a group, or to add partitions or set positions. */
  ALTER,
  /** To delete a topic and its events, events of a topic that remains, or a group. */
  DELETE,
  /** To see the settings, offsets and sources of a topic, a group, or the state of the broker. */
  DESCRIBE,
  /** To read the metrics of the broker. */
  METRICS
}
