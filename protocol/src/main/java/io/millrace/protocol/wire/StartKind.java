package io.millrace.protocol.wire;

/** What the start value of a subscription means. */
public enum StartKind {
  /** With the first offset kept; the value is 0. */
  EARLIEST(0),
  /** With the first event that is not visible yet; the value is 0. */
  LATEST(1),
  /** With the offset that is the value. */
  OFFSET(2),
  /** With the event time that is the value, in microseconds since the epoch, UTC. */
  EVENT_TIME(3);

  private final int code;

  StartKind(int code) {
    this.code = code;
  }

  /** The byte that stands for this kind on the wire. */
  public int code() {
    return code;
  }

  /**
   * The kind of a wire byte.
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
