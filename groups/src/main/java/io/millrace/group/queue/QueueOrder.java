package io.millrace.group.queue;

/** Which events of a queue may be in flight at the same time. */
public enum QueueOrder {
  /** Any events. */
  NONE(0),

  /** One event of a key, and those of a key in the order of the log. Events without a key: any. */
  KEY(1);

  private final int code;

  QueueOrder(int code) {
    this.code = code;
  }

  /** The number in records and on the wire. */
  public int code() {
    return code;
  }

  /**
   * The ordering with this number.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static QueueOrder ofCode(int code) {
    return switch (code) {
      case 0 -> NONE;
      case 1 -> KEY;
      default -> throw new IllegalArgumentException("no ordering has the code " + code);
    };
  }
}
