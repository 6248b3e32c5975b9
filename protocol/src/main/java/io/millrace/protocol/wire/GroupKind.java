package io.millrace.protocol.wire;

/** What a group is, and so which requests it takes. */
public enum GroupKind {
  /** Its members share the partitions of topics; the broker keeps a position for each partition. */
  MEMBERS(1),
  /** A queue: its consumers take single events, and settle each of them. */
  QUEUE(3);

  private final int code;

  GroupKind(int code) {
    this.code = code;
  }

  /** The code on the wire. */
  public int code() {
    return code;
  }

  /**
   * The kind with this code.
   *
   * @throws IllegalArgumentException if no kind has this code
   */
  public static GroupKind ofCode(int code) {
    return switch (code) {
      case 1 -> MEMBERS;
      case 3 -> QUEUE;
      default ->
          throw new IllegalArgumentException(
              "kind " + code + " is unknown; expected 1 (members) or 3 (queue)");
    };
  }
}
