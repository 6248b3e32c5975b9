package io.millrace.protocol.wire;

/** What a consumer does with the events that it has locked. */
public enum SettlementKind {
  /** They are done. */
  ACCEPT(1),
  /** Their locks end; they are handed out again. */
  RELEASE(2),
  /** They are done, and become dead letters. */
  REJECT(3),
  /** Their locks begin again with the whole lock time. */
  RENEW(4);

  private final int code;

  SettlementKind(int code) {
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
  public static SettlementKind ofCode(int code) {
    return switch (code) {
      case 1 -> ACCEPT;
      case 2 -> RELEASE;
      case 3 -> REJECT;
      case 4 -> RENEW;
      default ->
          throw new IllegalArgumentException(
              "kind "
                  + code
                  + " is unknown; expected 1 (accept), 2 (release), 3 (reject) or 4 (renew)");
    };
  }
}
