package io.millrace.protocol.wire;

import java.util.List;
import java.util.Objects;

/**
 * A user, without what verifies its password.
 *
 * @param name its name
 * @param roles the names of its roles, sorted
 * @param enabled whether it may log in
 * @param mechanisms the mechanisms with which its password can be verified; empty: it has none
 * @param tokens number of its tokens
 */
public record UserInfo(
    String name, List<String> roles, boolean enabled, List<String> mechanisms, int tokens) {

  static final int MIN_BYTES = WireReader.MIN_STRING_BYTES + 4 + 1 + 4 + 4;

  public UserInfo {
    Objects.requireNonNull(name, "name");
    roles = List.copyOf(roles);
    mechanisms = List.copyOf(mechanisms);
  }

  static UserInfo decode(WireReader in) {
    return new UserInfo(
        in.string("name"),
        in.longList("roles", WireReader.MIN_STRING_BYTES, each -> each.string("roles")),
        in.bool("enabled"),
        in.longList("mechanisms", WireReader.MIN_STRING_BYTES, each -> each.string("mechanisms")),
        in.i32("tokens"));
  }

  void encode(WireWriter out) {
    out.string(name);
    out.longList(roles, (each, to) -> to.string(each));
    out.bool(enabled);
    out.longList(mechanisms, (each, to) -> to.string(each));
    out.i32(tokens);
  }
}
