package io.millrace.security;

import io.millrace.security.Resource.Kind;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The kinds of access to a {@link Resource}. Every operation on a topic or a group implies {@link
 * #DESCRIBE} on it: who may do something with it knows that it exists.
 */
public enum Operation {
  /** To read the events of a topic. */
  READ(Kind.TOPIC),
  /** To append events to a topic. */
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

  /** Whether a rule for this operation on resources of a kind allows another one too. */
  public boolean implies(Operation other, Kind kind) {
    return this == other || other == DESCRIBE && kind != Kind.BROKER;
  }

  /**
   * Whether the operation can make the resource: a topic is created, and a group exists when it is
   * joined. Its refusal says nothing about whether the resource exists.
   */
  public boolean mayCreate() {
    return this == CREATE || this == JOIN;
  }

  /** The name in rules and messages, such as {@code read}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
