package io.millrace.protocol.wire;

/** Who a frame is from and whether it is waited for. */
public enum FrameKind {
  /** From the client; answered by a response unless its api says otherwise. */
  REQUEST(0),
  /** From the broker, with the correlation id of the request that it answers. */
  RESPONSE(1),
  /** From the broker, unasked; its correlation id is 0. */
  PUSH(2);

  private final int code;

  FrameKind(int code) {
    this.code = code;
  }

  /** The byte that stands for this kind on the wire. */
  public int code() {
    return code;
  }

  static FrameKind ofCode(int code) {
    return switch (code) {
      case 0 -> REQUEST;
      case 1 -> RESPONSE;
      case 2 -> PUSH;
      default ->
          throw WireException.malformed(
              "frame kind " + code + " is unknown; expected 0 (request), 1 (response) or 2 (push)");
    };
  }
}
