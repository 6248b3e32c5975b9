package io.millrace.protocol.wire;

/** In which order a queue hands out events. */
public enum QueueOrdering {
  /** In a request only: as the queue has it; of a new queue, {@code NONE}. */
  AS_THE_QUEUE(0),
  /** An event waits for no other event. */
  NONE(1),
  /** An event waits until all earlier events with its key in its partition are done. */
  KEY(2);

  private final int code;

  QueueOrdering(int code) {
    this.code = code;
  }

  /** The code on the wire. */
  public int code() {
    return code;
  }

  /**
   * The ordering with this code.
   *
   * @throws IllegalArgumentException if no ordering has this code
   */
  public static QueueOrdering ofCode(int code) {
    return switch (code) {
      case 0 -> AS_THE_QUEUE;
      case 1 -> NONE;
      case 2 -> KEY;
      default ->
          throw new IllegalArgumentException(
              "ordering "
                  + code
                  + " is unknown; expected 0 (as the queue has it), 1 (none) or 2 (key)");
    };
  }
}
