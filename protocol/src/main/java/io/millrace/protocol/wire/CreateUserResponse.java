package io.millrace.protocol.wire;

/**
 * A user is created.
 *
 * @param rules number of rules that name the user already
 */
public record CreateUserResponse(int rules) implements Response {

  static CreateUserResponse decode(WireReader in) {
    return new CreateUserResponse(in.i32("rules"));
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(rules);
  }
}
