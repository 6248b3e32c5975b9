package io.millrace.protocol.wire;

/** The kind of a frame: request, response or push. */
public enum FrameKind {
  /** From the client. Answered by a response, except where the api states otherwise. */
  REQUEST(0),
  /** From the broker, with the correlation id of its request. */
  RESPONSE(1),
  /** From the broker, not in response to a request. Its correlation id is 0. */
  PUSH(2);

  private final int code;

  FrameKind(int code) {
    this.code = code;
  }

  /** The code of this kind on the wire. */
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
