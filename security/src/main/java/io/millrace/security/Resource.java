package io.millrace.security;

import io.millrace.protocol.Quoted;
import java.util.Locale;

/**
 * The object of an {@link Operation}: a topic, a consumer group or the broker.
 *
 * @param name the name of a topic or a group; empty for the broker
 */
public record Resource(Kind kind, String name) {

  /** The broker as a whole. */
  public static final Resource BROKER = new Resource(Kind.BROKER, "");

  /** The kinds of resources. */
  public enum Kind {
    TOPIC,
    GROUP,
    BROKER;

    /** The name in rules and messages, such as {@code topic}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The topic with this name. It need not exist. */
  public static Resource topic(String name) {
    return new Resource(Kind.TOPIC, name);
  }

  /** The consumer group with this name. It need not exist. */
  public static Resource group(String name) {
    return new Resource(Kind.GROUP, name);
  }

  /** The resource in an error message, such as {@code topic 'rides'}. */
  public String text() {
    return switch (kind) {
      case TOPIC -> "topic '" + name + "'";
      case GROUP -> "group " + Quoted.text(name);
      case BROKER -> "the broker";
    };
  }
}
