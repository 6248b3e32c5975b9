package io.millrace.group.queue;

/** What becomes of an event that failed. */
public enum QueueFate {
  /** It is handed out again. */
  RETRY(0),

  /** A consumer rejected it; its dead letter is not written yet. */
  DEAD_REJECTED(1),

  /** It has used up its attempts; its dead letter is not written yet. */
  DEAD_ATTEMPTS(2);

  private final int code;

  QueueFate(int code) {
    this.code = code;
  }

  /** The number in records. */
  public int code() {
    return code;
  }

  /**
   * The fate with this number.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static QueueFate ofCode(int code) {
    return switch (code) {
      case 0 -> RETRY;
      case 1 -> DEAD_REJECTED;
      case 2 -> DEAD_ATTEMPTS;
      default -> throw new IllegalArgumentException("no fate has the code " + code);
    };
  }
}
