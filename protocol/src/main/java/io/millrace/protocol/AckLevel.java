package io.millrace.protocol;

/** The state of a batch at which the broker answers its producer. */
public enum AckLevel {
  /** The broker answers only if it refuses the batch. */
  NONE(0),
  /**
   * Stored in the log: the batch survives a crash of the broker process, but not a power failure.
   */
  STORED(1),
  /** Fsynced to disk: the batch survives a power failure. The default. */
  SYNCED(2);

  private final int code;

  AckLevel(int code) {
    this.code = code;
  }

  /** The code of this level on the wire. */
  public int code() {
    return code;
  }

  /**
   * The level with this code.
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
