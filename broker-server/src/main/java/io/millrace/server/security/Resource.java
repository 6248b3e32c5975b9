package io.millrace.server.security;

/**
 * The object of an {@link Operation}: a topic or the broker.
 *
 * @param name the name of a topic; empty for the broker
 */
public record Resource(Kind kind, String name) {

  /** The broker as a whole. */
  public static final Resource BROKER = new Resource(Kind.BROKER, "");

  /** The kinds of resources. */
  public enum Kind {
    TOPIC,
    BROKER
  }

  /** The topic with this name. It need not exist. */
  public static Resource topic(String name) {
    return new Resource(Kind.TOPIC, name);
  }

  /** The resource in an error message, such as {@code topic 'rides'}. */
  String text() {
    return switch (kind) {
      case TOPIC -> "topic '" + name + "'";
      case BROKER -> "the broker";
    };
  }
}
