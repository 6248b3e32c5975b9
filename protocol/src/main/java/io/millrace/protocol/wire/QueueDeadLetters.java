package io.millrace.protocol.wire;

/** What becomes of the dead letters of a queue. */
public enum QueueDeadLetters {
  /** In a request only: as the queue has it; of a new queue, {@code DEFAULT_TOPIC}. */
  AS_THE_QUEUE(0),
  /**
   * They go to the topic that has the name of their own one, with {@code .dead-letters} after it.
   */
  DEFAULT_TOPIC(1),
  /** They go to a topic that the settings name. */
  NAMED_TOPIC(2),
  /** They are dropped. */
  DISCARD(3);

  private final int code;

  QueueDeadLetters(int code) {
    this.code = code;
  }

  /** The code on the wire. */
  public int code() {
    return code;
  }

  /**
   * The constant with this code.
   *
   * @throws IllegalArgumentException if no constant has this code
   */
  public static QueueDeadLetters ofCode(int code) {
    return switch (code) {
      case 0 -> AS_THE_QUEUE;
      case 1 -> DEFAULT_TOPIC;
      case 2 -> NAMED_TOPIC;
      case 3 -> DISCARD;
      default ->
          throw new IllegalArgumentException(
              "dead letters "
                  + code
                  + " is unknown; expected 0 (as the queue has it), 1 (default topic), 2 (named"
                  + " topic) or 3 (discard)");
    };
  }
}
