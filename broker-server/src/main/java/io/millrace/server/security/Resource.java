package io.millrace.server.security;

/**
 * What an {@link Operation} is done to.
 *
 * @param name of a topic; empty for the broker
 */
public record Resource(Kind kind, String name) {

  /** The broker as a whole. */
  public static final Resource BROKER = new Resource(Kind.BROKER, "");

  /** The kinds of resources. */
  public enum Kind {
    TOPIC,
    BROKER
  }

  /** The topic of this name, which need not exist. */
  public static Resource topic(String name) {
    return new Resource(Kind.TOPIC, name);
  }

  /** For error messages, such as {@code topic 'rides'}. */
  String text() {
    return switch (kind) {
      case TOPIC -> "topic '" + name + "'";
      case BROKER -> "the broker";
    };
  }
}
