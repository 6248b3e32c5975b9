package io.millrace.protocol.wire;

/** How a group distributes partitions over its members. */
public enum GroupAssignor {
  /** In a request: as the group does already; {@link #BALANCED} in a new group. */
  AS_THE_GROUP(0),
  /** All members get the same number of partitions, give or take one. */
  BALANCED(1),
  /** One member gets every partition of a topic; the others are standbys. */
  SINGLE_ACTIVE(2);

  private final int code;

  GroupAssignor(int code) {
    this.code = code;
  }

  /** The code on the wire. */
  public int code() {
    return code;
  }

  /**
   * The assignor with this code.
   *
   * @throws IllegalArgumentException if no assignor has this code
   */
  public static GroupAssignor ofCode(int code) {
    return switch (code) {
      case 0 -> AS_THE_GROUP;
      case 1 -> BALANCED;
      case 2 -> SINGLE_ACTIVE;
      default ->
          throw new IllegalArgumentException(
              "assignor "
                  + code
                  + " is unknown; expected 0 (as the group does), 1 (balanced) or 2 (single active)");
    };
  }
}
