package io.millrace.protocol;

/** The limit up to which a reader sees events. */
public enum IsolationLevel {
  /**
   * Up to the durable offset: a power failure cannot remove an event that was read. The default.
   */
  DURABLE(0),
  /** Up to the end offset: all stored events. */
  LATEST(1);

  private final int code;

  IsolationLevel(int code) {
    this.code = code;
  }

  /** The code of this isolation on the wire. */
  public int code() {
    return code;
  }

  /**
   * The isolation with this code.
   *
   * @throws IllegalArgumentException if no isolation has this code
   */
  public static IsolationLevel ofCode(int code) {
    return switch (code) {
      case 0 -> DURABLE;
      case 1 -> LATEST;
      default ->
          throw new IllegalArgumentException(
              "isolation " + code + " is unknown; expected 0 (durable) or 1 (latest)");
    };
  }
}
