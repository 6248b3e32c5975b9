package io.millrace.protocol.wire;

/** Where a member of a group is between what it has and what it shall have. */
public enum GroupMemberState {
  /** It has what it shall have. */
  STABLE(1),
  /** It must drop partitions. */
  RELEASING(2),
  /** Others still have partitions that it shall have. */
  WAITING(3);

  private final int code;

  GroupMemberState(int code) {
    this.code = code;
  }

  /** The code on the wire. */
  public int code() {
    return code;
  }

  /**
   * The state with this code.
   *
   * @throws IllegalArgumentException if no state has this code
   */
  public static GroupMemberState ofCode(int code) {
    return switch (code) {
      case 1 -> STABLE;
      case 2 -> RELEASING;
      case 3 -> WAITING;
      default ->
          throw new IllegalArgumentException(
              "state " + code + " is unknown; expected 1 (stable), 2 (releasing) or 3 (waiting)");
    };
  }
}
