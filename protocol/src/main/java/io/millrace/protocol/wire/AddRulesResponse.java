package io.millrace.protocol.wire;

/**
 * Rules are added.
 *
 * @param added number of rules that did not exist before
 */
public record AddRulesResponse(int added) implements Response {

  static AddRulesResponse decode(WireReader in) {
    return new AddRulesResponse(in.i32("added"));
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(added);
  }
}
