package io.millrace.protocol.wire;

/** What a request changes about whether a user may log in. */
public enum UserSwitch {
  /** Nothing. */
  UNCHANGED(0),
  /** It may log in. */
  ENABLE(1),
  /** It may not log in, and its tokens are not valid. */
  DISABLE(2);

  private final int code;

  UserSwitch(int code) {
    this.code = code;
  }

  /** The code on the wire. */
  public int code() {
    return code;
  }

  /**
   * The constant with this code.
   *
   * @throws IllegalArgumentException if none has it
   */
  public static UserSwitch ofCode(int code) {
    return switch (code) {
      case 0 -> UNCHANGED;
      case 1 -> ENABLE;
      case 2 -> DISABLE;
      default ->
          throw new IllegalArgumentException(
              "user switch "
                  + code
                  + " is unknown; expected 0 (unchanged), 1 (enable) or 2 (disable)");
    };
  }
}
