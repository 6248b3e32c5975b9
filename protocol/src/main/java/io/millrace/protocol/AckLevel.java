package io.millrace.protocol;

/** How far an append must have come before its producer is answered. */
public enum AckLevel {
  /** Not waited for: the broker answers only a refusal. */
  NONE(0),
  /** In the log: survives the death of the broker process, not a power cut. */
  STORED(1),
  /** Forced to disk: survives a power cut. The default. */
  SYNCED(2);

  private final int code;

  AckLevel(int code) {
    this.code = code;
  }

  /** The byte that stands for this level on the wire. */
  public int code() {
    return code;
  }

  /**
   * The level of a wire byte.
   *
   * @throws IllegalArgumentException if no level has this code
   */
  public static AckLevel ofCode(int code) {
    return switch (code) {
      case 0 -> NONE;
      case 1 -> STORED;
      case 2 -> SYNCED;
      default ->
          throw new IllegalArgumentException(
              "ack level " + code + " is unknown; expected 0 (none), 1 (stored) or 2 (synced)");
    };
  }
}
