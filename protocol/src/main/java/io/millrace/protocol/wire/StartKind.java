package io.millrace.protocol.wire;

/** The meaning of the start value of a subscription. */
public enum StartKind {
  /** Start at the first offset of the log; the value is 0. */
  EARLIEST(0),
  /** Start at the first event that is not visible yet; the value is 0. */
  LATEST(1),
  /** Start at the offset in the value. */
  OFFSET(2),
  /** Start at the event time in the value, in microseconds since the epoch, UTC. */
  EVENT_TIME(3);

  private final int code;

  StartKind(int code) {
    this.code = code;
  }

  /** The code of this kind on the wire. */
  public int code() {
    return code;
  }

  /**
   * The kind with this code.
   *
   * @throws IllegalArgumentException if no kind has this code
   */
  public static StartKind ofCode(int code) {
    return switch (code) {
      case 0 -> EARLIEST;
      case 1 -> LATEST;
      case 2 -> OFFSET;
      case 3 -> EVENT_TIME;
      default ->
          throw new IllegalArgumentException(
              "start kind "
                  + code
                  + " is unknown; expected 0 (earliest), 1 (latest), 2 (offset) or 3 (event time)");
    };
  }
}
