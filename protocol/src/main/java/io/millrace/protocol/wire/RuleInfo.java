package io.millrace.protocol.wire;

import java.util.Objects;

/**
 * A rule: it allows a permission to a grantee.
 *
 * @param grantee the name of a user, {@code role:NAME}, or {@code *} for every authenticated client
 * @param permission such as {@code write topic:rides source:vehicle-*}
 */
public record RuleInfo(String grantee, String permission) {

  static final int MIN_BYTES = WireReader.MIN_STRING_BYTES + WireReader.MIN_STRING_BYTES;

  public RuleInfo {
    Objects.requireNonNull(grantee, "grantee");
    Objects.requireNonNull(permission, "permission");
  }

  static RuleInfo decode(WireReader in) {
    return new RuleInfo(in.string("grantee"), in.string("permission"));
  }

  void encode(WireWriter out) {
    out.string(grantee);
    out.string(permission);
  }
}
