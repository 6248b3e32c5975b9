package io.millrace.protocol.wire;

/**
 * A user is deleted.
 *
 * @param tokens number of its tokens, which are deleted too
 * @param rules number of rules that named it, which are deleted too
 */
public record DeleteUserResponse(int tokens, int rules) implements Response {

  static DeleteUserResponse decode(WireReader in) {
    return new DeleteUserResponse(in.i32("tokens"), in.i32("rules"));
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(tokens);
    out.i32(rules);
  }
}
