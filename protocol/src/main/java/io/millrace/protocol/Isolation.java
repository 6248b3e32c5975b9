package io.millrace.protocol;

/** How far a reader may see. */
public enum Isolation {
  /** Up to the durable offset: never an event that a power cut could take back. The default. */
  DURABLE(0),
  /** Up to the end offset: everything stored. */
  LATEST(1);

  private final int code;

  Isolation(int code) {
    this.code = code;
  }

  /** The byte that stands for this isolation on the wire. */
  public int code() {
    return code;
  }

  /**
   * The isolation of a wire byte.
   *
   * @throws IllegalArgumentException if no isolation has this code
   */
  public static Isolation ofCode(int code) {
    return switch (code) {
      case 0 -> DURABLE;
      case 1 -> LATEST;
      default ->
          throw new IllegalArgumentException(
              "isolation " + code + " is unknown; expected 0 (durable) or 1 (latest)");
    };
  }
}
