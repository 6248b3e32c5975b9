package io.millrace.security;

import io.millrace.security.Resource.Kind;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The kinds of access to a {@link Resource}. */
public enum Operation {
  /** To read the events of a topic. Implies {@link #DESCRIBE}. */
  READ(Kind.TOPIC),
  /** To append events to a topic. Implies {@link #DESCRIBE}. */
  WRITE(Kind.TOPIC),
  /** To create a topic with this name. */
  CREATE(Kind.TOPIC),
  /** To change the settings of a topic or a group, or to add partitions. */
  ALTER(Kind.TOPIC, Kind.GROUP),
  /** To delete a topic and its events, events of a topic that remains, or a group. */
  DELETE(Kind.TOPIC, Kind.GROUP),
  /** To see the settings, offsets and sources of a topic, a group, or the state of the broker. */
  DESCRIBE(Kind.TOPIC, Kind.GROUP, Kind.BROKER),
  /** To be a member of a group or a consumer of a queue, and to commit its positions. */
  JOIN(Kind.GROUP),
  /** To set the positions of a group. */
  RESET(Kind.GROUP),
  /** To read the metrics of the broker. */
  METRICS(Kind.BROKER),
  /** To change users, tokens and rules, and to reload certificates. */
  ADMIN(Kind.BROKER);

  private final Set<Kind> kinds;

  Operation(Kind first, Kind... others) {
    this.kinds = EnumSet.of(first, others);
  }

  /** Whether the operation exists for resources of this kind. */
  public boolean appliesTo(Kind kind) {
    return kinds.contains(kind);
  }

  /** The name in rules and messages, such as {@code read}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
