package io.millrace.group;

/** How a group distributes partitions over its members. */
public enum Assignor {
  /**
   * All members get the same number of partitions, give or take one, and as few partitions move as
   * this allows. If members subscribe to different topics, no single move can bring two members
   * closer together.
   */
  BALANCED(1),
  /** One member gets every partition of a topic; the others are standbys. */
  SINGLE_ACTIVE(2);

  private final int code;

  Assignor(int code) {
    this.code = code;
  }

  /** The number in records. 3 is reserved for an assignor by ranges of keys. */
  public int code() {
    return code;
  }

  /** Throws {@link IllegalArgumentException} for a number that this build does not know. */
  public static Assignor ofCode(int code) {
    for (Assignor assignor : values()) {
      if (assignor.code == code) {
        return assignor;
      }
    }
    throw new IllegalArgumentException("assignor " + code + " is unknown");
  }
}
