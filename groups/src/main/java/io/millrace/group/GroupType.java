package io.millrace.group;

/** How the consumers of a group share its partitions. */
public enum GroupType {
  /** Each partition has one owner among the members. */
  NATIVE(1),

  /** A queue: consumers take single events of all partitions. */
  SHARED(3);

  private final int code;

  GroupType(int code) {
    this.code = code;
  }

  /** The number in records and on the wire; 2 is reserved for classic groups. */
  public int code() {
    return code;
  }
}
